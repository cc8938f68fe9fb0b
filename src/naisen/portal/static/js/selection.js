// Ticked rows of a [data-selectable] table. CSS shows the bar that acts on them; this counts, and ticks all.
const boxes = () => [...document.querySelectorAll("[data-selectable] tbody input[type=checkbox]")];

const show = () => {
  const bar = document.getElementById("bulkbar");
  if (!bar) return;
  const all = boxes();
  const count = all.filter((box) => box.checked).length;
  const head = document.querySelector("[data-all]");
  bar.querySelector("[data-selected]").textContent = count;
  if (!head) return;
  head.checked = count > 0 && count === all.length;
  head.indeterminate = count > 0 && count < all.length;
};

const tickAll = (on) => {
  for (const box of boxes()) box.checked = on;
  show();
};

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-all]")) tickAll(event.target.checked);
  else if (event.target.closest("[data-selectable]")) show();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-select-all]")) tickAll(true);
  if (event.target.closest("[data-select-none]")) tickAll(false);
});
document.addEventListener("htmx:afterSettle", show);
show();
