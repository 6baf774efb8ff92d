// Says sentences one after the other with the voice of the server; the next is fetched while one is heard.

import { speech } from "./server.js";

export class Speaker {
  #context = null;
  #source = null;
  #run = 0;

  /** Browsers play nothing before the person has touched the page: call this when they do. */
  wake() {
    this.#context ??= new AudioContext();
    this.#context.resume();
  }

  /** Say `sentences`; `onSentence` is given the number of each as it begins. Resolves at the end, or when stopped. */
  async say(sentences, conversation, onSentence) {
    this.stop();
    const run = this.#run;
    this.wake();
    let next = this.#fetch(sentences[0], conversation);
    for (let place = 0; place < sentences.length; place += 1) {
      const sound = await next;
      if (run !== this.#run) return;
      if (place + 1 < sentences.length) next = this.#fetch(sentences[place + 1], conversation);
      if (!sound) continue;
      onSentence(place);
      await this.#play(sound);
      if (run !== this.#run) return;
    }
  }

  /** Be quiet at once. */
  stop() {
    this.#run += 1;
    this.#source?.stop();
    this.#source = null;
  }

  async #fetch(sentence, conversation) {
    try {
      return await this.#context.decodeAudioData(await speech(sentence, conversation));
    } catch {
      return null; // the captions are there; the next sentence may well be the one that matters
    }
  }

  #play(sound) {
    return new Promise((done) => {
      this.#source = this.#context.createBufferSource();
      this.#source.buffer = sound;
      this.#source.connect(this.#context.destination);
      this.#source.onended = done;
      this.#source.start();
    });
  }
}
