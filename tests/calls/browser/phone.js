// One phone: speaks a tone, notes what happens, and says which tone it hears.
const FFT = 4096;
window.phone = { events: [], session: null };
const { phone } = window;

phone.start = async ({ uri, password, server, tone }) => {
  phone.audio = new AudioContext();
  const oscillator = new OscillatorNode(phone.audio, { frequency: tone });
  const microphone = phone.audio.createMediaStreamDestination();
  oscillator.connect(microphone);
  oscillator.start();
  phone.microphone = microphone.stream;
  const sockets = [new JsSIP.WebSocketInterface(server)];
  phone.ua = new JsSIP.UA({ sockets, uri, password, session_timers: false, register_expires: 300 });
  phone.ua.on("registered", () => phone.events.push("registered"));
  phone.ua.on("registrationFailed", ({ cause }) => phone.events.push(`refused: ${cause}`));
  phone.ua.on("newRTCSession", ({ session }) => phone.take(session));
  phone.ua.start();
};

phone.take = (session) => {
  phone.session = session;
  phone.events.push(session.direction === "incoming" ? "incoming" : "calling");
  for (const name of ["progress", "confirmed", "ended", "failed", "hold", "unhold"])
    session.on(name, ({ cause }) => phone.events.push(cause ? `${name}: ${cause}` : name));
  session.on("peerconnection", ({ peerconnection }) => phone.listen(peerconnection));
  if (session.connection) phone.listen(session.connection);
};

phone.listen = (connection) => {
  connection.addEventListener("track", ({ streams }) => {
    const player = new Audio();
    player.muted = true; // Chromium decodes a remote track only for somebody who plays it
    player.srcObject = streams[0];
    player.play();
    phone.ear = phone.audio.createAnalyser();
    phone.ear.fftSize = FFT;
    phone.audio.createMediaStreamSource(streams[0]).connect(phone.ear);
  });
};

phone.call = (uri) => phone.ua.call(uri, { mediaStream: phone.microphone, pcConfig: { iceServers: [] } });
phone.answer = () => phone.session.answer({ mediaStream: phone.microphone, pcConfig: { iceServers: [] } });

// The loudest frequency in Hz; 0 for silence.
phone.heard = () => {
  if (!phone.ear) return 0;
  const levels = new Float32Array(phone.ear.frequencyBinCount);
  phone.ear.getFloatFrequencyData(levels);
  const loudest = levels.indexOf(Math.max(...levels));
  return levels[loudest] > -60 ? Math.round((loudest * phone.audio.sampleRate) / FFT) : 0;
};
