// Hold to talk, or type: joins the microphone, the server, the log and the voice.

import * as log from "./log.js";
import { Microphone } from "./microphone.js";
import { Fault, about, askAudio, askText } from "./server.js";
import { Speaker } from "./speaker.js";

const TAP = 400; // milliseconds: a shorter press begins a recording that the next press ends

const part = (id) => document.getElementById(id);
const talk = part("talk");
const speaker = new Speaker();
const microphone = new Microphone(() => end());
let conversation = newConversation();
let number = null;
let state = "ready"; // ready, opening, listening, thinking
let pressed = 0;

const LABELS = {
  ready: ["Hold to talk", ""],
  opening: ["Wait a moment", "Opening the microphone"],
  listening: ["Listening", "Listening. Let go when you have finished."],
  thinking: ["Thinking", "Finding the answer"],
};

function newConversation() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function become(next) {
  state = next;
  const [label, status] = LABELS[next];
  part("talk-label").textContent = label;
  part("status").textContent = status;
  talk.setAttribute("aria-pressed", String(next === "listening"));
  talk.setAttribute("aria-disabled", String(next === "thinking"));
  document.body.dataset.state = next;
}

async function begin() {
  if (state !== "ready") return;
  hush();
  speaker.wake();
  become("opening");
  try {
    await microphone.start();
    become("listening");
  } catch (error) {
    log.fault(`The microphone cannot be used (${error.message}). Allow it in the browser, or type your question.`);
    become("ready");
  }
}

async function end() {
  if (state !== "listening") return;
  become("thinking");
  const recording = await microphone.stop();
  await ask(() => askAudio(recording, conversation), true);
}

async function ask(question, spoken) {
  become("thinking");
  try {
    const turns = await question();
    become("ready");
    await answered(turns, spoken);
  } catch (error) {
    become("ready");
    if (!(error instanceof Fault)) throw error;
    log.fault(error.message);
  }
}

async function answered(turns, spoken) {
  const said = [];
  for (const turn of turns) {
    if (spoken) log.heard(turn.transcript);
    const paragraphs = log.replied(turn.reply, turn.level, turn.sources);
    said.push(...turn.reply.map((sentence, place) => [sentence, paragraphs[place]]));
    alarm(turn.level === "emergency");
  }
  if (part("aloud").checked) await say(said);
}

async function say(said) {
  part("hush").hidden = false;
  document.body.dataset.speaking = "true";
  const sentences = said.map(([sentence]) => sentence);
  const run = speaker.say(sentences, conversation, (place) => log.mark(said[place][1]));
  const mine = (say.last = run);
  await run;
  if (say.last === mine) hushed();
}

function hush() {
  speaker.stop();
  hushed();
}

function hushed() {
  log.mark();
  part("hush").hidden = true;
  delete document.body.dataset.speaking;
}

function alarm(on) {
  const call = part("alarm-call");
  call.hidden = !number;
  if (number) {
    call.href = `tel:${number}`;
    call.textContent = `Call ${number}`;
  }
  part("alarm").hidden = !on;
}

async function greet() {
  try {
    const { greeting, emergency_number: digits } = await about();
    number = digits;
    if (number) {
      part("call").href = `tel:${number}`;
      part("call").textContent = number;
      part("number").hidden = false;
    }
    log.replied(greeting);
  } catch (error) {
    log.fault(error.message);
  }
}

// A press begins, its end ends; a press too short to hold a word is a switch. The space bar is a press like any other.
function press() {
  if (state === "listening") end();
  else if (state === "ready") {
    pressed = performance.now();
    begin();
  }
}

async function release() {
  if (!pressed) return;
  const held = performance.now() - pressed;
  pressed = 0;
  if (held < TAP) return;
  while (state === "opening") await new Promise((later) => setTimeout(later, 20));
  end();
}

talk.addEventListener("pointerdown", (event) => {
  if (event.button) return;
  talk.setPointerCapture(event.pointerId);
  press();
});
talk.addEventListener("pointerup", release);
talk.addEventListener("pointercancel", release);
talk.addEventListener("contextmenu", (event) => event.preventDefault());
talk.addEventListener("keydown", (event) => {
  if (event.repeat || (event.key !== " " && event.key !== "Enter")) return;
  event.preventDefault();
  press();
});
talk.addEventListener("keyup", (event) => {
  if (event.key !== " " && event.key !== "Enter") return;
  event.preventDefault();
  release();
});
talk.addEventListener("click", (event) => {
  // Screen readers and switches send a click and nothing else.
  if (event.detail === 0) press();
});

part("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = part("text").value.trim();
  if (!text || state !== "ready") return;
  hush();
  speaker.wake();
  part("text").value = "";
  log.heard(text);
  ask(() => askText(text, conversation), false);
});

part("hush").addEventListener("click", hush);
part("aloud").addEventListener("change", () => part("aloud").checked || hush());
part("anew").addEventListener("click", () => {
  hush();
  conversation = newConversation();
  log.clear();
  alarm(false);
  greet();
});
document.addEventListener("keydown", (event) => event.key === "Escape" && hush());
window.addEventListener("pagehide", () => microphone.close());

if (!Microphone.possible) {
  talk.disabled = true;
  part("talk-help").textContent = "This browser gives no microphone to pages without https. Type your question.";
}
become("ready");
greet();
