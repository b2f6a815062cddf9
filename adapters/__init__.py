"""Databases, brokers, image workers and payment behind the ports of the inner packages."""
