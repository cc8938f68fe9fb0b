// Live registration status. A stream names the devices whose state changed; the page then asks for those
// cells. Without the stream it asks for all visible cells every 5 s. Only changed cells are answered.
const POLL = 5000; // ms, while there is no stream
const CHECK = 30000; // ms, beside the stream: states that change by the clock alone
const BURST = 120; // ms, to gather devices that change together

const source = document.querySelector("[data-live-cells]");
const whole = document.querySelector("[data-live-whole]");
const waiting = new Set();
let stream;
let burst;
let asked = 0;

const cells = () => [...document.querySelectorAll("[data-device][data-digest]")]
  .filter((cell) => !cell.querySelector(":popover-open"));

// A page that counts all devices ([data-live-whole]) is told that something changed, at most every 2 s.
const REFRESH = 2000; // ms
let refreshed = 0;
let due;
const refresh = () => {
  due ??= setTimeout(() => {
    due = undefined;
    refreshed = Date.now();
    htmx.trigger(whole, "portal:registrations");
  }, Math.max(BURST, refreshed + REFRESH - Date.now()));
};

const ask = (chosen) => {
  asked = Date.now();
  if (whole) refresh();
  if (!chosen.length) return;
  const seen = chosen.map((cell) => `${cell.dataset.device}.${cell.dataset.digest}`).join(",");
  // A part of the page that holds it may have been swapped: htmx asks nothing for an element that is gone.
  const asking = document.querySelector("[data-live-cells]") ?? source;
  htmx.ajax("GET", source.dataset.liveCells, { source: asking, swap: "none", values: { cells: seen } });
};

const flush = () => {
  burst = undefined;
  ask(cells().filter((cell) => waiting.has(cell.dataset.device)));
  waiting.clear();
};

const say = (mode) => {
  for (const note of document.querySelectorAll(".live")) note.dataset.live = mode;
};

const listen = () => {
  stream?.close();
  stream = new EventSource(source.dataset.liveStream);
  stream.addEventListener("open", () => { say("push"); ask(cells()); });
  stream.addEventListener("everything", () => ask(cells()));
  stream.addEventListener("error", () => say("poll"));
  stream.addEventListener("changed", (event) => {
    waiting.add(event.data);
    burst ??= setTimeout(flush, BURST);
  });
};

const tick = () => {
  if (document.visibilityState !== "visible") return;
  if (Date.now() - asked >= (stream?.readyState === EventSource.OPEN ? CHECK : POLL)) ask(cells());
};

if (source) {
  listen();
  setInterval(tick, 1000);
  // A hidden tab holds no stream: browsers allow only six connections to one host.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") listen();
    else { stream.close(); say("poll"); }
  });
  document.body.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.detail.target.dataset?.device) htmx.trigger(document.body, "portal:registrations");
  });
}
