// Dialogs and popovers: [data-open="id"] opens a dialog, [data-close] or the backdrop closes it.
// The server sends a confirmation as <dialog data-open-now> into #confirmation.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  const dialog = event.target.closest("dialog");
  if (opener) document.getElementById(opener.dataset.open).showModal();
  if (event.target.closest("[data-close]") || (dialog && event.target === dialog)) dialog?.close();
});

// A file as the answer leaves the page as it is: nothing else would close the dialog it was asked for in.
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-download]")) setTimeout(() => event.target.closest("dialog")?.close());
});

const openArrived = (root) => {
  const dialog = root.querySelector?.("dialog[data-open-now]:not([open])");
  if (!dialog) return;
  const opener = document.activeElement;
  dialog.showModal();
  dialog.querySelector("[autofocus]")?.focus();
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (opener?.isConnected) opener.focus();
  });
};

document.addEventListener("htmx:afterSwap", (event) => openArrived(event.detail.target));
document.addEventListener("portal:done", () => document.querySelector("dialog[data-open-now]")?.close());

// A reason also opens when the mouse rests on its badge, on wide screens only.
const wide = matchMedia("(min-width: 901px) and (hover: hover)");

document.addEventListener("pointerover", (event) => {
  const badge = wide.matches && event.target.closest?.("button[data-hover]");
  if (!badge || event.pointerType !== "mouse") return;
  const popover = document.getElementById(badge.getAttribute("popovertarget"));
  let hidden;
  const hide = () => { hidden = setTimeout(() => popover.hidePopover?.(), 250); };
  const timer = setTimeout(() => {
    if (!popover.isConnected || popover.matches(":popover-open")) return;
    popover.showPopover({ source: badge });
    badge.addEventListener("pointerleave", hide, { once: true });
    popover.addEventListener("pointerenter", () => clearTimeout(hidden), { once: true });
    popover.addEventListener("pointerleave", hide, { once: true });
  }, 180);
  badge.addEventListener("pointerleave", () => clearTimeout(timer), { once: true });
});
