/** Where the customer writes. */
import { h, icon } from "./elements.js";

const LIMIT = 4000;
const NEAR_LIMIT = 200;

export class Composer {
  /**
   * @param {import("./strings.js").Strings} strings
   * @param {(text: string) => void} onSend
   */
  constructor(strings, onSend) {
    this.strings = strings;
    this.onSend = onSend;
    const label = strings.t("placeholder");
    const onkeydown = (event) => this.#key(event);
    const oninput = () => this.#changed();
    this.count = h("p", { class: "count", id: "count" });
    this.field = /** @type {HTMLTextAreaElement} */ (
      h("textarea", { rows: 1, placeholder: label, "aria-label": label, "aria-describedby": "count", enterkeyhint: "send", onkeydown, oninput })
    );
    this.button = /** @type {HTMLButtonElement} */ (
      h("button", { type: "submit", class: "send", "aria-label": strings.t("send"), disabled: true }, icon("send"))
    );
    const onsubmit = (event) => (event.preventDefault(), this.#send());
    this.node = h("form", { class: "composer", novalidate: true, onsubmit }, h("div", { class: "field" }, this.field, this.button), this.count);
  }

  focus() {
    this.field.focus();
  }

  clear() {
    this.field.value = "";
    this.#changed();
  }

  #send() {
    const text = this.field.value.trim();
    if (this.button.disabled) return;
    this.clear();
    this.focus();
    this.onSend(text.toWellFormed?.() ?? text);
  }

  #key(event) {
    // While an input method composes, Enter chooses a word (229: the same in older Safari).
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#send();
  }

  #changed() {
    // The server counts code points. A long paste is kept and counted, never cut behind the customer's back.
    const left = LIMIT - [...this.field.value.trim()].length;
    this.button.disabled = left === LIMIT || left < 0;
    this.field.setAttribute("aria-invalid", String(left < 0));
    this.count.textContent =
      left > NEAR_LIMIT ? "" : this.strings.t(left < 0 ? "characters_over" : "characters_left", { count: Math.abs(left) });
    if (CSS.supports("field-sizing", "content")) return;
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
  }
}
