// A file that is dropped or chosen is sent at once, and the page says how far it is. Without this script the
// form's own button sends it. Also: a tick that allows a button ([data-enables="id"]).
const hold = (event) => event.preventDefault();

const show = (form, text, percent) => {
  const box = form.querySelector("[data-drop-progress]");
  const bar = box.querySelector("progress");
  box.hidden = false;
  form.classList.add("drop-busy");
  box.querySelector("[data-drop-words]").textContent = text;
  if (percent === null) bar.removeAttribute("value");
  else bar.value = percent;
};

// The answer is the file's own page, or this one again with the reason why it cannot be read.
const arrive = (request, form) => {
  const here = new URL(form.action, location.href).href;
  if (request.responseURL && request.responseURL !== here) {
    location.href = request.responseURL;
    return;
  }
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const main = page.querySelector("main");
  if (!main) {
    location.reload();
    return;
  }
  document.querySelector("main").replaceWith(document.adoptNode(main));
  prepare();
  document.querySelector("[data-autofocus]")?.focus();
};

const send = (form) => {
  const words = form.querySelector("[data-drop-progress]").dataset;
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", (event) => {
    const percent = event.lengthComputable ? Math.round((100 * event.loaded) / event.total) : 0;
    if (percent < 100) show(form, words.sending.replace("%s", percent), percent);
    else show(form, words.checking, null);
  });
  request.addEventListener("load", () => arrive(request, form));
  request.addEventListener("error", () => {
    show(form, words.failed, 0);
    form.reset();
    form.classList.remove("drop-busy");
  });
  show(form, words.sending.replace("%s", 0), 0);
  request.open("POST", form.action);
  request.send(new FormData(form));
};

const prepare = () => {
  for (const form of document.querySelectorAll("[data-drop]:not(.drop-ready)")) {
    const input = form.querySelector("input[type=file]");
    form.classList.add("drop-ready");
    for (const type of ["dragenter", "dragover"]) {
      form.addEventListener(type, (event) => { hold(event); form.classList.add("over"); });
    }
    for (const type of ["dragleave", "drop"]) {
      form.addEventListener(type, (event) => { hold(event); form.classList.remove("over"); });
    }
    form.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      send(form);
    });
    input.addEventListener("change", () => { if (input.files.length) send(form); });
    form.addEventListener("submit", (event) => { hold(event); send(form); });
  }
  for (const tick of document.querySelectorAll("[data-enables]")) {
    const button = document.getElementById(tick.dataset.enables);
    button.disabled = !tick.checked;
    tick.addEventListener("change", () => { button.disabled = !tick.checked; });
  }
};

// A file that misses the zone must not replace the page.
if (document.querySelector("[data-drop]")) {
  addEventListener("dragover", hold);
  addEventListener("drop", hold);
}
prepare();
