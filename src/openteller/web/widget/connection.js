/**
 * Keeps the thread flowing: a WebSocket with a fresh single-use ticket each time (ID-13), back-off with jitter, and
 * plain HTTP where a proxy lets no socket through. Each message is handed on once, in `seq` order.
 */
import { ApiError } from "./session.js";

/**
 * @typedef {object} Listener
 * @property {(message: any, past: boolean) => void} message
 * @property {(holder: string, agent: string) => void} holder
 * @property {(state: "connecting" | "live" | "offline" | "ended") => void} state
 * @property {() => void} fresh the session is about another conversation now: show nothing of the old one
 */

const LONGEST_PAUSE_MS = 30_000;
const POLL_MS = 2_000;
const HIDDEN_POLL_MS = 15_000;
const READY_MS = 8_000;
const PING_MS = 25_000;
const PONG_MS = 8_000;
const SOCKET_AGAIN_MS = 60_000;
const WHOLE_PAGE = 20;

/** @param {import("./outbox.js").Item} item */
const body = ({ kind, clientId, choice, text }) => ({
  client_id: clientId,
  ...(kind === "choice" ? { choice } : kind === "text" ? { text } : {}),
});

export class Connection {
  #running = false;
  #state = "";
  /** @type {WebSocket | null} only while it is ready */
  #socket = null;
  #lastSeq = 0;
  #caughtUp = "";
  #socketFailures = 0;
  #socketAgainAt = 0;
  #wake = () => {};
  #hangUp = () => {};

  /**
   * @param {import("./session.js").Session} session
   * @param {import("./outbox.js").Outbox} outbox
   * @param {Listener} listener
   */
  constructor(session, outbox, listener) {
    Object.assign(this, { session, outbox, listener });
  }

  async start() {
    this.#running = true;
    this.#become("connecting");
    for (let failures = 0; this.#running; ) {
      let pause = LONGEST_PAUSE_MS;
      try {
        if (navigator.onLine) {
          await this.#round();
          failures = 0;
          pause = this.#socketUsable() ? Math.random() * 1000 : document.hidden ? HIDDEN_POLL_MS : POLL_MS;
        } else this.#become("offline");
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.sessionOver && this.session.isOpen) await this.#renew();
        this.#become("connecting");
        pause = error.retryAfter * 1000 || Math.min(pause, 1000 * 2 ** failures++) * (0.5 + Math.random() / 2);
      }
      if (this.#running) await this.#pause(pause);
    }
  }

  /** For good: whatever is still on its way is not heard any more. */
  stop() {
    this.#running = false;
    this.listener = { message() {}, holder() {}, state() {}, fresh() {} };
    this.nudge();
    this.#hangUp();
  }

  /** Something changed (the network, a new message): act now rather than at the end of the pause. */
  nudge() {
    if (!navigator.onLine) this.#hangUp();
    else if (this.#socket) this.#flush();
    this.#wake();
  }

  /** @returns {Promise<boolean>} whether the visitor is known as the customer now */
  async login() {
    const known = await this.session.login();
    if (known) this.#hangUp();
    return known;
  }

  async #round() {
    if (!this.session.isOpen) await this.session.open();
    if (this.#caughtUp !== this.session.conversationId) await this.#catchUp();
    await (this.#socketUsable() ? this.#talk() : this.#poll());
  }

  /** A customer's session is renewed unseen; a visitor's thread ends with it, and that is said. */
  async #renew() {
    const wasCustomer = this.session.level > 0;
    this.session.forget();
    if (wasCustomer) await this.session.open().catch((error) => error.temporary || this.session.forget());
    if (wasCustomer && (this.session.level > 0 || !this.session.isOpen)) return;
    this.session.forget();
    this.#become("ended");
    this.stop();
  }

  /** The thread so far. With no word from the customer in it all of it is new: the greeting must be heard (CR-01). */
  async #catchUp() {
    if (this.#caughtUp) this.listener.fresh();
    this.#lastSeq = 0;
    const past = [];
    let page;
    do past.push(...(page = await this.#page(past.at(-1)?.seq ?? 0)).messages);
    while (page.messages.length >= WHOLE_PAGE);
    this.#caughtUp = page.conversation_id;
    const resumed = past.some((message) => message.author.kind === "customer");
    for (const message of past) this.#hand(message, resumed);
    this.listener.holder(page.holder, "");
  }

  async #poll() {
    this.outbox.revive();
    for (const item of this.outbox.due({})) {
      item.via = this;
      const path = `/v1/conversations/${this.session.conversationId}/${item.kind === "person" ? "person" : "messages"}`;
      try {
        this.outbox.accepted(item.clientId, (await this.session.call("POST", path, body(item))).turn_id);
      } catch (error) {
        if (!(error instanceof ApiError) || error.temporary || error.sessionOver) throw error;
        this.outbox.refused(item.clientId);
      }
    }
    const page = await this.#page(this.#lastSeq);
    for (const message of page.messages) this.#hand(message, false);
    this.listener.holder(page.holder, "");
    this.#become("live");
  }

  /** One life of a socket: ends when it closes. */
  async #talk() {
    const { ticket } = await this.session.call("POST", "/v1/socket-tickets");
    if (!this.#running) return;
    const wasReady = await new Promise((resolve) => {
      const socket = new WebSocket(this.session.server.replace(/^http/, "ws") + "/v1/socket");
      const say = (frame) => socket.readyState === 1 && socket.send(JSON.stringify(frame));
      let timer = setTimeout(() => this.#hangUp(), READY_MS);
      const ping = () => {
        say({ type: "ping" });
        timer = setTimeout(() => this.#hangUp(), PONG_MS);
      };
      this.#hangUp = () => {
        // Not left to the close event: on a dead line it may take minutes.
        clearTimeout(timer);
        resolve(this.#socket === socket);
        this.#socket = socket.onmessage = socket.onclose = null;
        this.#hangUp = () => {};
        socket.close();
      };
      socket.onopen = () => say({ type: "authenticate", ticket, after: this.#lastSeq });
      socket.onclose = () => this.#hangUp();
      socket.onmessage = ({ data }) => {
        const frame = JSON.parse(data);
        if (frame.type === "ping") say({ type: "pong" });
        if (frame.type === "ready") this.#socket = socket;
        if (this.#socket) {
          clearTimeout(timer);
          timer = setTimeout(ping, PING_MS);
        }
        this.#take(frame);
      };
    });
    this.#socketFailures = wasReady ? 0 : this.#socketFailures + 1;
    if (this.#socketFailures > 1) this.#socketAgainAt = Date.now() + SOCKET_AGAIN_MS;
    if (!wasReady) throw new ApiError(0);
    this.#become("connecting");
  }

  /** @param {any} frame from the socket */
  #take(frame) {
    if (frame.type === "message") this.#hand(frame.message, false);
    else if (frame.type === "accepted") this.outbox.accepted(frame.client_id, frame.turn_id);
    else if (frame.type === "error" && frame.client_id) this.outbox.refused(frame.client_id);
    else if (frame.type === "holder") this.listener.holder(frame.holder, frame.agent);
    else if (frame.type === "ready") {
      this.listener.holder(frame.holder, "");
      this.#become("live");
      this.outbox.revive();
      this.#flush();
    }
  }

  /**
   * @param {any} message
   * @param {boolean} past
   */
  #hand(message, past) {
    if (message.seq <= this.#lastSeq) return;
    this.#lastSeq = message.seq;
    this.listener.message(message, past);
  }

  #flush() {
    for (const item of this.outbox.due(this.#socket)) {
      item.via = this.#socket;
      this.#socket.send(JSON.stringify({ type: item.kind === "person" ? "person" : "send", ...body(item) }));
    }
  }

  /** @param {number} after */
  #page(after) {
    return this.session.call("GET", `/v1/conversations/${this.session.conversationId}/messages?after=${after}`);
  }

  #socketUsable() {
    return typeof WebSocket === "function" && Date.now() >= this.#socketAgainAt;
  }

  /** @param {"connecting" | "live" | "offline" | "ended"} state */
  #become(state) {
    if (state === "offline" || state === "ended") this.outbox.stall();
    if (state === this.#state) return;
    this.#state = state;
    this.listener.state(state);
  }

  /** @param {number} ms */
  #pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => (clearTimeout(timer), resolve(undefined));
    });
  }
}
