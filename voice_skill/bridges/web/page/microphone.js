// The microphone to a WAV file: libsndfile at the other end reads no WebM, which is what MediaRecorder writes.

const LONGEST = 60; // seconds: the server takes no more at once
const TAIL = 300; // milliseconds heard after the button is let go: people let go on their last syllable
const KEPT_OPEN = 30_000; // milliseconds: opening takes half a second, in which the next question would begin

export class Microphone {
  #stream = null;
  #context = null;
  #node = null;
  #pieces = [];
  #length = 0;
  #closing = 0;
  #onFull;

  /** `onFull` is called when so much was heard that no more is taken. */
  constructor(onFull) {
    this.#onFull = onFull;
  }

  /** Whether this browser gives the page a microphone at all: others than localhost must use https. */
  static get possible() {
    return Boolean(navigator.mediaDevices?.getUserMedia && window.AudioWorkletNode);
  }

  /** Begin to record; resolves when sound is flowing. Throws when the person or the system says no. */
  async start() {
    clearTimeout(this.#closing);
    if (!this.#stream?.active) await this.#open();
    this.#pieces = [];
    this.#length = 0;
    await new Promise((flowing) => {
      this.#node.port.onmessage = (event) => {
        flowing();
        this.#take(event.data);
      };
    });
  }

  /** End the recording: a WAV file as a Blob, of the sound since `start`. */
  async stop() {
    await new Promise((later) => setTimeout(later, TAIL));
    this.#node.port.onmessage = null;
    this.#closing = setTimeout(() => this.close(), KEPT_OPEN);
    return wav(this.#pieces, this.#length, this.#context.sampleRate);
  }

  /** Let go of the microphone. */
  close() {
    clearTimeout(this.#closing);
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#context?.close();
    this.#stream = this.#context = this.#node = null;
  }

  async #open() {
    this.close();
    this.#stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true } });
    this.#context = new AudioContext();
    await this.#context.audioWorklet.addModule("/page/worklet.js");
    this.#node = new AudioWorkletNode(this.#context, "samples", { numberOfOutputs: 0 });
    this.#context.createMediaStreamSource(this.#stream).connect(this.#node);
    await this.#context.resume();
  }

  #take(samples) {
    if (this.#length >= LONGEST * this.#context.sampleRate) {
      this.#onFull();
      return;
    }
    this.#pieces.push(samples);
    this.#length += samples.length;
  }
}

/** Samples from -1 to 1 as a WAV file: one channel of 16 bit. */
function wav(pieces, length, rate) {
  const view = new DataView(new ArrayBuffer(44 + 2 * length));
  const letters = (at, text) => [...text].forEach((letter, place) => view.setUint8(at + place, letter.charCodeAt(0)));
  letters(0, "RIFF");
  view.setUint32(4, 36 + 2 * length, true);
  letters(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  letters(36, "data");
  view.setUint32(40, 2 * length, true);
  let at = 44;
  for (const piece of pieces) {
    for (const sample of piece) {
      view.setInt16(at, Math.max(-1, Math.min(1, sample)) * 32767, true);
      at += 2;
    }
  }
  return new Blob([view.buffer], { type: "audio/wav" });
}
