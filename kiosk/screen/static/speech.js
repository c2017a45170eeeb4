// Speaks answers with the browser's own voices, the visitor's language first.
const CODES = { zh: "zh-CN", en: "en-US" };

/** The languages of this page in the order in which they are read and heard. */
export function languages() {
  return document.documentElement.dataset.first === "en" ? ["en", "zh"] : ["zh", "en"];
}

/** Say texts of two languages, one after the other; what was still being said is broken off. */
export function tell(...texts) {
  if (!("speechSynthesis" in window)) return;
  speechSynthesis.cancel();
  for (const language of languages()) {
    const said = texts.map((text) => text[language]).join(language === "zh" ? "，" : ". ");
    const utterance = new SpeechSynthesisUtterance(said);
    utterance.lang = CODES[language];
    const voice = speechSynthesis.getVoices().find((one) => one.lang.toLowerCase().startsWith(language));
    if (voice) utterance.voice = voice;
    speechSynthesis.speak(utterance);
  }
}
