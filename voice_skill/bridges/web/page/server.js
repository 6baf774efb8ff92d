// What the server is asked: the token of the address goes with every question.

const KEPT = "voice-skill-token";

const fragment = new URLSearchParams(location.hash.slice(1)).get("token");
if (fragment) {
  sessionStorage.setItem(KEPT, fragment);
  history.replaceState(null, "", location.pathname); // not to be read over a shoulder, nor sent on
}
const token = sessionStorage.getItem(KEPT);

export class Fault extends Error {}

async function request(path, options = {}) {
  const headers = { ...options.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  let response;
  try {
    response = await fetch(path, { ...options, headers, cache: "no-store" });
  } catch {
    throw new Fault("The skill cannot be reached. Check that voice-skill web is still running.");
  }
  if (response.ok) return response;
  const why = await response.json().catch(() => ({}));
  throw new Fault(why.error ?? `The skill answered with an error, ${response.status}.`);
}

function post(path, fields) {
  const headers = { "Content-Type": "application/json" };
  return request(path, { method: "POST", headers, body: JSON.stringify(fields) });
}

/** The first words and the emergency number. */
export const about = async () => (await request("/about")).json();

/** The turns that a typed question gives. */
export const askText = async (text, conversation) => (await (await post("/ask", { text, conversation })).json()).turns;

/** The turns that a recorded question gives. */
export async function askAudio(blob, conversation) {
  const headers = { "Content-Type": "audio/wav" };
  const path = `/ask?conversation=${encodeURIComponent(conversation)}`;
  return (await (await request(path, { method: "POST", headers, body: blob })).json()).turns;
}

/** A sentence as a WAV file. */
export const speech = async (text, conversation) => (await post("/speak", { text, conversation })).arrayBuffer();
