/**
 * Builds DOM nodes. Text only ever becomes a text node and no markup is parsed anywhere in the widget, so that a
 * sentence from a customer, an agent or the bank can never become code (IN-05).
 */

/**
 * @param {string} tag
 * @param {Record<string, unknown>} [props] attributes; `class`, booleans as attributes, `on…` as listeners
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, String(value));
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

/** Drawn here rather than in the style sheet: a strict img-src would block data: pictures. 24 × 24, stroked. */
const PATHS = {
  chat: "M20 4H4a1 1 0 0 0-1 1v11a1 1 0 0 0 1 1h3v4l5-4h8a1 1 0 0 0 1-1V5a1 1 0 0 0-1-1ZM8 9h8M8 12.5h5",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5c.6-3.6 3.6-5.5 7.5-5.5s6.9 1.9 7.5 5.5",
  minimise: "M5 9l7 7 7-7",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  send: "M5 12h13M12.5 6l6 6-6 6",
  check: "M5 12.5l4.5 4.5L19 7.5",
  alert: "M12 8v5M12 16.5v.01M12 3 2.5 20h19Z",
  lock: "M6 11h12v9H6ZM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  phone: "M6 3h3l2 5-2.5 1.5a11 11 0 0 0 6 6L16 13l5 2v3c0 1.7-1.3 3-3 3C10.5 21 3 13.5 3 6c0-1.7 1.3-3 3-3Z",
  shield: "M12 3l7.5 3v5.5c0 4.5-3 7.7-7.5 9.5-4.5-1.8-7.5-5-7.5-9.5V6ZM8.5 12l2.5 2.5 4.5-4.5",
  thumb_up: "M7 11v9H4v-9ZM7 11l4-7c1.4 0 2.4 1 2.2 2.4L12.6 10H18a2 2 0 0 1 2 2.4l-1.2 6A2 2 0 0 1 16.8 20H7",
  thumb_down: "M17 13V4h3v9ZM17 13l-4 7c-1.4 0-2.4-1-2.2-2.4l.6-3.6H6a2 2 0 0 1-2-2.4l1.2-6A2 2 0 0 1 7.2 4H17",
  down: "M12 5v13M6 12.5l6 6 6-6",
};

/**
 * @param {keyof typeof PATHS} name
 * @returns {SVGElement} decorative: hidden from screen readers
 */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
