// "/" goes to the search; Esc leaves an edit in place; the error summary takes the focus.
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.target.closest("input, textarea, select")) {
    const search = document.querySelector("[data-search]") ?? document.querySelector(".quick input");
    if (!search) return;
    event.preventDefault();
    search.focus();
  }
  if (event.key === "Escape") event.target.closest?.(".inline-form")?.querySelector("[data-escape]")?.click();
});
document.querySelector("[data-autofocus]")?.focus();
