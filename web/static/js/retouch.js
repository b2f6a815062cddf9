// Touching up one's own image: the bench with its brush, and nothing else.
import { Bench } from "./brush.js";

customElements.define("boutique-retouch", class extends Bench {});
