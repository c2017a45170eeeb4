// Tones for the answers, made here: each outcome sounds different with closed eyes.
const TONES = {
  // [frequency in Hz, start in s, length in s, wave]
  admitted: [[660, 0, 0.12, "sine"], [880, 0.12, 0.12, "sine"], [1320, 0.24, 0.26, "sine"]],
  refused: [[196, 0, 0.28, "square"], [147, 0.32, 0.42, "square"]],
  referred: [[587, 0, 0.16, "triangle"], [494, 0.22, 0.16, "triangle"], [587, 0.44, 0.16, "triangle"]],
  again: [[880, 0, 0.1, "sine"], [880, 0.16, 0.1, "sine"]],
  foreign: [[330, 0, 0.2, "triangle"]],
  crowd: [[392, 0, 0.12, "triangle"], [392, 0.18, 0.12, "triangle"]],
  temperature: [[587, 0, 0.16, "triangle"], [784, 0.22, 0.24, "triangle"]],
  taken_back: [[660, 0, 0.12, "sine"], [440, 0.16, 0.2, "sine"]],
  hint: [[523, 0, 0.07, "sine"]],
  offline: [[494, 0, 0.14, "sine"], [370, 0.18, 0.24, "sine"]],
  trouble: [[262, 0, 0.2, "triangle"], [196, 0.26, 0.34, "triangle"]],
  not_writable: [[147, 0, 0.2, "square"], [147, 0.26, 0.2, "square"], [147, 0.52, 0.4, "square"]],
};
const LOUDNESS = { sine: 0.5, triangle: 0.5, square: 0.16 };

let context = null;

/** Whether the browser lets the page sound; it may ask for one touch first. */
export function isMuted() {
  return context === null || context.state !== "running";
}

/** Get ready to sound; `changed` is called when the browser allows or stops it. */
export function prepare(changed) {
  if (!("AudioContext" in window)) return;
  context = new AudioContext();
  context.addEventListener("statechange", changed);
  changed();
}

/** Ask the browser to allow sound; works inside a touch or a key press. */
export function allow() {
  if (context && context.state !== "running") context.resume();
}

/** Sound the tones of an answer or a change now, if allowed. */
export function sound(what) {
  if (isMuted()) return;
  for (const [frequency, start, length, wave] of TONES[what] ?? []) {
    const at = context.currentTime + start;
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.type = wave;
    tone.frequency.value = frequency;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(LOUDNESS[wave], at + 0.012);
    gain.gain.setTargetAtTime(0, at + length - 0.04, 0.018);
    tone.connect(gain).connect(context.destination);
    tone.start(at);
    tone.stop(at + length + 0.1);
  }
}
