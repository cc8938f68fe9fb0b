// Says that a form has changes, and asks before they are lost.
let dirty = false;

document.addEventListener("input", (event) => {
  const note = event.target.closest("form")?.querySelector("[data-dirty]");
  if (!note) return;
  dirty = true;
  note.textContent = note.dataset.dirty;
});
document.addEventListener("submit", () => { dirty = false; });
addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
