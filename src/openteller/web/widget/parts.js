/** Draws the parts of a message: text, choice, facts, source, chart, link. */
import { h, icon } from "./elements.js";

/** @typedef {{ close: (chosen?: { id?: string, label?: string }) => void }} OpenChoice */

/** No other scheme becomes a link, whatever the server sends (IN-05). */
const SCHEMES = ["https:", "http:", "tel:"];

/**
 * @param {any} part
 * @param {object} context
 * @param {import("./strings.js").Strings} context.strings
 * @param {string} context.server
 * @param {(path: string) => Promise<Blob>} context.picture what lies at this place of the conversation
 * @param {string} context.loginUrl the page knows best where its login is and where to come back to
 * @param {(option: any) => void} context.onChoose
 * @param {() => void} context.onLogin
 * @returns {{ node: HTMLElement, choice?: OpenChoice }}
 */
export function drawPart(part, context) {
  if (part.type === "choice") return drawChoice(part, context);
  if (part.type === "facts") return { node: drawFacts(part) };
  if (part.type === "chart") return { node: drawChart(part, context) };
  if (part.type === "source") return { node: h("p", { class: "source" }, String(part.label ?? "")) };
  if (part.type === "link") return { node: drawLink(part, context) };
  return { node: h("p", { class: "text" }, String(part.text ?? "")) };
}

function drawFacts({ title, rows }) {
  const list = h("dl", {}, ...rows.map((row) => h("div", {}, h("dt", {}, h("bdi", {}, row.label)), h("dd", {}, h("bdi", {}, row.value)))));
  return h("div", { class: "facts" }, title ? h("p", { class: "facts-title" }, title) : null, list);
}

/** The rows beside it say the same: a picture that cannot be fetched, or that the page's policy bars, is left out. */
function drawChart({ title, alt, picture }, context) {
  const image = /** @type {HTMLImageElement} */ (h("img", { alt }));
  const node = h("figure", { class: "chart" }, h("figcaption", {}, title), image);
  const leaveOut = () => node.remove();
  image.onerror = leaveOut;
  image.onload = () => URL.revokeObjectURL(image.src);
  context.picture(picture).then((blob) => (image.src = URL.createObjectURL(blob)), leaveOut);
  return node;
}

function drawLink({ label, url, purpose }, { strings, server, loginUrl, onLogin }) {
  const own = purpose === "login" && loginUrl;
  const base = own ? document.baseURI : server;
  const target = URL.canParse(own || url, base) ? new URL(own || url, base) : null;
  if (!target || !SCHEMES.includes(target.protocol)) return h("p", { class: "text" }, label);
  const isCall = target.protocol === "tel:";
  const picture = { login: "lock", step_up: "shield", phone: "phone" }[purpose];
  return h(
    "a",
    {
      class: picture ? "button" : "link",
      href: target.href,
      ...(isCall ? {} : { target: "_blank", rel: "noopener noreferrer" }),
      onclick: () => purpose === "login" && onLogin(),
    },
    picture && icon(picture),
    h("span", {}, label),
    isCall ? null : h("span", { class: "unseen" }, ` (${strings.t("new_tab")})`),
  );
}

function drawChoice({ options }, { strings, onChoose }) {
  let open = true;
  const buttons = options.map((option) =>
    h("button", { type: "button", onclick: () => open && onChoose(option) }, option.label),
  );
  const close = (chosen = {}) => {
    open = false;
    options.forEach((option, index) => {
      const button = /** @type {HTMLButtonElement} */ (buttons[index]);
      if (chosen.id ? option.id === chosen.id : option.label === chosen.label) {
        button.classList.add("chosen");
        button.prepend(icon("check"));
        button.append(h("span", { class: "unseen" }, ` (${strings.t("chosen")})`));
      }
      // A focused button that is disabled drops the focus to the page; this one waits until the focus has moved on.
      button.setAttribute("aria-disabled", "true");
      if (button.matches(":focus")) button.addEventListener("blur", () => (button.disabled = true), { once: true });
      else button.disabled = true;
    });
  };
  return { node: h("div", { class: "choice", role: "group" }, ...buttons), choice: { close } };
}
