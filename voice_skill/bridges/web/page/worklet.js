// Hands the samples of the microphone to the page, a fraction of a second at a time.
class Samples extends AudioWorkletProcessor {
  process(inputs) {
    const channel = inputs[0][0];
    if (channel) this.port.postMessage(channel.slice());
    return true;
  }
}
registerProcessor("samples", Samples);
