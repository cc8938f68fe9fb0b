// Passkeys: a button [data-passkey="create" or "get"] asks the server what to ask (data-question), lets the
// browser answer, and sends the answer with the button's form. Hidden where the browser has no passkeys.
const parse = {
  create: (options) => PublicKeyCredential.parseCreationOptionsFromJSON(options),
  get: (options) => PublicKeyCredential.parseRequestOptionsFromJSON(options),
};
const works = Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON && navigator.credentials);

const ask = async (button) => {
  const headers = { "X-CSRFToken": button.form.elements.csrfmiddlewaretoken.value };
  const answer = await fetch(button.dataset.question, { method: "POST", headers });
  if (answer.redirected || !answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
};

const use = async (button) => {
  const kind = button.dataset.passkey;
  const publicKey = parse[kind](await ask(button));
  const credential = await navigator.credentials[kind]({ publicKey });
  button.form.elements.answer.value = JSON.stringify(credential.toJSON());
  button.form.requestSubmit();
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-passkey]");
  if (!button || !button.form.reportValidity()) return;
  const note = button.form.querySelector("[data-passkey-note]");
  note.hidden = true;
  button.disabled = true;
  try {
    await use(button);
  } catch {
    note.hidden = false; // cancelled, timed out, or nothing that fits
  } finally {
    button.disabled = false;
  }
});

for (const element of document.querySelectorAll("[data-passkey-works]")) element.hidden = !works;
for (const element of document.querySelectorAll("[data-passkey-missing]")) element.hidden = works;
