/**
 * The customer's session with the server, over HTTP. The token lives in this object and nowhere else: not in storage,
 * not in a cookie, not in an address (DP-14). A reload opens a new session and the server resumes the conversation.
 */

const PATIENCE_MS = 15_000;

/** The server said no, or (status 0) nothing at all. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} [code]
   * @param {number} [retryAfter] seconds
   */
  constructor(status, code = "", retryAfter = 0) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** The session is over: the proof is no longer taken, or the conversation is not ours any more. */
  get sessionOver() {
    return this.status === 401 || this.status === 404;
  }

  /** Trying the same again later may work. */
  get temporary() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export class Session {
  #token = "";
  conversationId = "";
  level = 0;

  /** @param {{ server: string, tokenUrl: string, locale: string }} options */
  constructor({ server, tokenUrl, locale }) {
    this.server = server;
    this.tokenUrl = tokenUrl;
    this.locale = locale;
  }

  get isOpen() {
    return this.#token !== "";
  }

  /** As the customer when the bank's page vouches for them, else as a visitor. */
  async open() {
    const locale = this.locale;
    const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const login_token = await this.#loginToken();
    try {
      this.#adopt(await this.call("POST", "/v1/sessions", { locale, time_zone, login_token }));
    } catch (error) {
      // A login that ran out must not cost the customer the chat.
      if (!login_token || !(error instanceof ApiError) || error.status !== 401) throw error;
      this.#adopt(await this.call("POST", "/v1/sessions", { locale, time_zone, login_token: null }));
    }
  }

  /** Turns the visitor into the customer. @returns {Promise<boolean>} whether the bank vouched for them */
  async login() {
    const login_token = await this.#loginToken();
    if (!login_token || !this.isOpen) return false;
    try {
      this.#adopt(await this.call("POST", "/v1/sessions/login", { login_token }));
    } catch (error) {
      if (error instanceof ApiError) return false;
      throw error;
    }
    return true;
  }

  /** The token is dead here at once, and on the server as soon as it hears of it. */
  async end() {
    const goodbye = this.isOpen ? this.#fetch("DELETE", "/v1/sessions") : null;
    this.forget();
    await goodbye?.catch(() => null);
  }

  forget() {
    this.#token = "";
    this.conversationId = "";
    this.level = 0;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<any>} the answer's JSON
   */
  async call(method, path, body) {
    const response = await this.#fetch(method, path, body);
    try {
      return await response.json();
    } catch {
      throw new ApiError(0); // cut off half-way, or a proxy's page: the same as no answer
    }
  }

  /** @returns {Promise<Blob>} */
  async transcript() {
    return (await this.#fetch("GET", `/v1/conversations/${this.conversationId}/transcript`)).blob();
  }

  /** @param {string} place below the conversation @returns {Promise<Blob>} */
  async picture(place) {
    return (await this.#fetch("GET", `/v1/conversations/${this.conversationId}/${place}`)).blob();
  }

  /** @returns {Promise<Response>} */
  async #fetch(method, path, body) {
    const headers = new Headers();
    if (this.#token) headers.set("Authorization", `Bearer ${this.#token}`);
    if (body) headers.set("Content-Type", "application/json");
    let response;
    try {
      response = await fetch(this.server + path, {
        method,
        headers,
        body: body && JSON.stringify(body),
        credentials: "omit",
        cache: "no-store",
        keepalive: method === "DELETE",
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
    } catch {
      throw new ApiError(0);
    }
    if (response.ok) return response;
    const problem = await response.json().catch(() => null);
    throw new ApiError(response.status, problem?.error?.code, Number(response.headers.get("Retry-After")) || 0);
  }

  /** @returns {Promise<string | null>} */
  async #loginToken() {
    if (!this.tokenUrl) return null;
    try {
      const options = { credentials: /** @type {const} */ ("same-origin"), cache: /** @type {const} */ ("no-store") };
      const response = await fetch(this.tokenUrl, { ...options, signal: AbortSignal.timeout(PATIENCE_MS) });
      return response.ok ? ((await response.json()).token ?? null) : null;
    } catch {
      return null; // The bank's login being down is no reason to leave a customer without help.
    }
  }

  #adopt(answer) {
    this.#token = answer.session_token;
    this.conversationId = answer.conversation_id;
    this.level = answer.level;
  }
}
