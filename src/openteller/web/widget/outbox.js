/**
 * What the customer has said and the server has not yet confirmed. Each item keeps one client_id for life, so that
 * saying it again has no second effect, and its state never claims more than is known.
 */

/**
 * @typedef {object} Item
 * @property {string} clientId
 * @property {"text" | "choice" | "person"} kind
 * @property {string} text what the customer typed, or the label of what they chose
 * @property {string} [choice] the option's id
 * @property {"sending" | "delivered" | "unsent"} state
 * @property {string | null} turnId
 * @property {number} at milliseconds
 * @property {object | null} via the connection it was last given to
 * @property {boolean} refused the server said no: only the customer may try again
 */

const ACCEPT_MS = 12_000;
/** Older words that certainly never left wait for the customer's own "try again": they may have changed their mind. */
const STILL_MEANT_MS = 120_000;

export class Outbox {
  /** @type {Map<string, Item>} */
  #items = new Map();
  #timers = new Map();

  /** @param {(item: Item) => void} changed */
  constructor(changed) {
    this.changed = changed;
  }

  /**
   * @param {Item["kind"]} kind
   * @param {string} text
   * @param {string} [choice]
   */
  add(kind, text, choice) {
    const again = kind === "person" && [...this.#items.values()].find((item) => item.kind === kind);
    if (again) return this.retry(again.clientId);
    // Not randomUUID: it is missing on a plain-HTTP test host.
    const clientId = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
    const item = { clientId, kind, text, choice, state: "sending", turnId: null, at: Date.now(), via: null, refused: false };
    this.#items.set(clientId, /** @type {Item} */ (item));
    this.#set(/** @type {Item} */ (item), "sending");
  }

  /** @param {string} clientId */
  retry(clientId) {
    const item = this.#items.get(clientId);
    if (item?.state !== "unsent") return;
    Object.assign(item, { at: Date.now(), via: null, refused: false });
    this.#set(item, "sending");
  }

  /** A connection is back: ask again for all that may be on its way, and send what is still fresh. */
  revive() {
    for (const item of this.#items.values()) {
      if (item.state === "unsent" && !item.refused && (item.via || Date.now() - item.at < STILL_MEANT_MS)) {
        this.#set(item, "sending");
      }
    }
  }

  /** What this connection has not been given yet, oldest first. @param {object} via @returns {Item[]} */
  due(via) {
    return [...this.#items.values()].filter((item) => item.state === "sending" && item.via !== via);
  }

  /**
   * @param {string} clientId
   * @param {string | null} turnId
   */
  accepted(clientId, turnId) {
    const item = this.#items.get(clientId);
    if (!item) return;
    item.turnId = turnId;
    this.#items.delete(clientId);
    this.#set(item, "delivered");
  }

  /** @param {string} clientId */
  refused(clientId) {
    const item = this.#items.get(clientId);
    if (!item) return;
    item.refused = true;
    this.#set(item, "unsent");
  }

  /** The line is cut: nothing here can be called "sending" any more. */
  stall() {
    for (const item of this.#items.values()) if (item.state === "sending") this.#set(item, "unsent");
  }

  clear() {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#items.clear();
  }

  /**
   * @param {Item} item
   * @param {Item["state"]} state
   */
  #set(item, state) {
    clearTimeout(this.#timers.get(item.clientId));
    this.#timers.delete(item.clientId);
    item.state = state;
    if (state === "sending") this.#timers.set(item.clientId, setTimeout(() => this.#set(item, "unsent"), ACCEPT_MS));
    this.changed(item);
  }
}
