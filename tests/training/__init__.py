"""Programs that make the weights the application ships; none runs with the tests."""
