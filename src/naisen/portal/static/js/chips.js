// Turns a checkbox list ([data-chips]) into a searchable field with removable chips (ARIA combobox).
// The checkboxes stay the form's data. Words come from the element's data-* attributes. With data-source the
// page holds only some of the options: the others are asked for there, as the same labels, while one types.
const PAUSE = 200; // ms without a key before the server is asked
const plain = (text) => text.normalize("NFKC").toLowerCase();
const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
const announce = (input) => input.dispatchEvent(new Event("input", { bubbles: true }));

const readOption = (label) => ({
  input: label.querySelector("input"),
  text: label.querySelector("span").textContent.trim(),
  note: label.querySelector("small")?.textContent.trim() ?? "",
});

class Chips {
  constructor(box) {
    this.box = box;
    this.options = [...box.querySelectorAll(".chips-options label")].map(readOption);
    this.found = new Map();
    this.active = -1;
    this.build();
    this.draw();
  }

  build() {
    const label = this.box.querySelector("legend").textContent.trim();
    const hint = this.box.querySelector(".hint, .error");
    this.field = make("div", { className: "chipbox" });
    this.search = make("input", { type: "text", autocomplete: "off", placeholder: this.box.dataset.prompt });
    this.list = make("div", { className: "listbox", id: `${this.box.id}-list`, hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", label);
    const aria = { role: "combobox", "aria-expanded": "false", "aria-controls": this.list.id, "aria-autocomplete": "list", "aria-label": label };
    for (const [name, value] of Object.entries(aria)) this.search.setAttribute(name, value);
    if (hint?.id) this.search.setAttribute("aria-describedby", hint.id);
    this.field.append(this.search);
    this.plainList = this.box.querySelector(".chips-options");
    this.plainList.hidden = true;
    this.plainList.before(this.field, this.list);
    this.box.querySelector("noscript")?.remove();
    this.search.addEventListener("focus", () => this.look());
    this.search.addEventListener("input", () => this.look());
    this.search.addEventListener("blur", () => this.close());
    this.search.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("click", (event) => event.target === this.field && this.search.focus());
  }

  draw() {
    for (const chip of this.field.querySelectorAll(".chip")) chip.remove();
    for (const option of this.options) if (option.input.checked) this.search.before(this.chip(option));
  }

  chip(option) {
    const chip = make("span", { className: "chip" });
    const remove = make("button", { type: "button" });
    remove.setAttribute("aria-label", this.box.dataset.remove.replace("%s", option.text));
    remove.append(document.getElementById("icon-x").content.cloneNode(true));
    remove.addEventListener("click", () => { this.set(option, false); this.rest(); });
    chip.append(make("span", { textContent: option.text }), remove);
    return chip;
  }

  set(option, on) {
    option.input.checked = on;
    announce(option.input);
    this.draw();
  }

  rest() { // the focus, without a list that covers what the clerk goes to next
    this.resting = true;
    this.search.focus();
    this.resting = false;
  }

  look() {
    if (this.resting) return;
    this.open();
    clearTimeout(this.pause);
    const words = this.search.value.trim();
    if (this.box.dataset.source && !this.found.has(words)) this.pause = setTimeout(() => this.ask(words), PAUSE);
  }

  async ask(words) {
    const answer = await fetch(`${this.box.dataset.source}?q=${encodeURIComponent(words)}`);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const labels = [...page.querySelectorAll("label.chips-option")];
    this.found.set(words, new Set(labels.map((label) => this.take(label))));
    this.draw();
    if (!this.list.hidden) this.open();
  }

  take(label) {
    const { value } = label.querySelector("input");
    if (!this.options.some((option) => option.input.value === value)) {
      this.plainList.append(label);
      this.options.push(readOption(label));
    }
    return value;
  }

  hits() {
    const words = this.search.value.trim();
    const wanted = plain(words);
    const found = this.found.get(words);
    if (found) return this.options.filter((option) => !option.input.checked && found.has(option.input.value));
    return this.options.filter((option) => !option.input.checked && plain(option.text + option.note).includes(wanted));
  }

  open() {
    const hits = this.hits();
    const none = this.search.value ? this.box.dataset.none : this.box.dataset.all;
    this.list.replaceChildren(...hits.map((option, index) => this.item(option, index)));
    if (!hits.length) this.list.append(make("div", { className: "none", textContent: none }));
    this.list.hidden = false;
    this.search.setAttribute("aria-expanded", "true");
    this.active = this.search.value && hits.length ? 0 : -1;
    this.mark();
  }

  item(option, index) {
    const item = make("div", { id: `${this.list.id}-${index}` });
    item.setAttribute("role", "option");
    item.append(option.text, make("small", { textContent: option.note }));
    item.addEventListener("mousedown", (event) => event.preventDefault());
    item.addEventListener("click", () => this.pick(option));
    item.pick = () => this.pick(option);
    return item;
  }

  pick(option) {
    this.search.value = "";
    this.set(option, true);
    this.open();
  }

  close() {
    this.list.hidden = true;
    this.search.setAttribute("aria-expanded", "false");
    this.search.removeAttribute("aria-activedescendant");
  }

  mark() {
    for (const [index, item] of [...this.list.querySelectorAll("[role=option]")].entries()) {
      item.setAttribute("aria-selected", String(index === this.active));
      if (index !== this.active) continue;
      this.search.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    }
  }

  key(event) {
    const items = this.list.querySelectorAll("[role=option]");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) this.open();
      this.active = (this.active + (event.key === "ArrowDown" ? 1 : -1) + items.length) % (items.length || 1);
      this.mark();
    } else if (event.key === "Enter" && !event.isComposing && !this.list.hidden) {
      event.preventDefault();
      items[this.active]?.pick();
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.stopPropagation();
      this.close();
    } else if (event.key === "Backspace" && !this.search.value) {
      const last = this.options.findLast((option) => option.input.checked);
      if (last) this.set(last, false);
    }
  }
}

const upgrade = () => {
  for (const box of document.querySelectorAll("[data-chips]:not([data-ready])")) {
    box.dataset.ready = "";
    new Chips(box);
  }
};

document.addEventListener("htmx:afterSettle", upgrade);
upgrade();
