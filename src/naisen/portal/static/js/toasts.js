// Short success messages. They come with the page, or with an htmx answer: HX-Trigger: {"toast": "…"}.
const LIFE = 5000; // ms
const box = document.getElementById("toasts");

const keep = (toast) => setTimeout(() => toast.remove(), LIFE);

document.addEventListener("toast", (event) => {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.append(document.getElementById("icon-check").content.cloneNode(true), event.detail.value ?? event.detail);
  box.append(toast);
  keep(toast);
});
for (const toast of box?.children ?? []) keep(toast);
