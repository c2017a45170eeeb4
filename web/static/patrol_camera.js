// The camera in the page: frames go to the browser's own reader, else small and grey to the server, only while it scans.
"use strict";

class PosterCamera {
  constructor(video, readUrl, token) {
    Object.assign(this, { video, readUrl, token });
    this.stream = null;
    this.turn = 0; // a scan that was ended must not answer
    this.detector = null;
  }

  static get isThere() {
    return Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);
  }

  async open() {
    const wish = { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } };
    this.stream = await navigator.mediaDevices.getUserMedia({ video: wish, audio: false });
    this.video.srcObject = this.stream;
    await this.video.play();
    await this._chooseReader();
  }

  close() {
    this.turn += 1;
    if (this.stream) this.stream.getTracks().forEach((track) => track.stop());
    this.stream = this.video.srcObject = null;
  }

  // The texts of one view: a second frame is looked at before answering, for a code that the first one missed.
  // `cut` is called when frames cannot be sent; null when the scan was ended meanwhile.
  async scan(cut) {
    const turn = ++this.turn;
    const found = new Set();
    let looks = 0;
    let failures = 0;
    while (turn === this.turn && looks < 2) {
      const texts = await this._read().catch(() => null);
      if (texts === null && ++failures >= 2 && turn === this.turn) cut();
      if (texts) failures = 0;
      if (texts && texts.length) texts.forEach((text) => found.add(text));
      if (found.size) looks += 1;
      await new Promise((done) => setTimeout(done, texts === null ? 1500 : 250));
    }
    return turn === this.turn ? Array.from(found) : null;
  }

  // The present frame as a JPEG in a data address, to be kept until there is network.
  still() {
    return this._frame(960).toDataURL("image/jpeg", 0.7);
  }

  async _chooseReader() {
    try {
      const kinds = await BarcodeDetector.getSupportedFormats();
      if (kinds.includes("qr_code")) this.detector = new BarcodeDetector({ formats: ["qr_code"] });
    } catch (_unknown) {
      this.detector = null; // most browsers on computers and iPhones
    }
  }

  async _read() {
    if (this.detector) return (await this.detector.detect(this.video)).map((code) => code.rawValue);
    const picture = await new Promise((done) => this._frame(960).toBlob(done, "image/jpeg", 0.7));
    const form = new FormData();
    form.append("picture", picture, "frame.jpg");
    const answer = await posted(this.readUrl, form, this.token);
    if (answer.status === 422) return [];
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()).texts;
  }

  _frame(longest) {
    return grey(this.video, this.video.videoWidth, this.video.videoHeight, longest);
  }
}

// A picture drawn small and without colour: a third of the bytes, and all that a reader needs.
function grey(source, width, height, longest) {
  const scale = Math.min(1, longest / Math.max(width, height, 1));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const pen = canvas.getContext("2d");
  pen.filter = "grayscale(1)";
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

// A photograph from the phone's own camera as a small data address; null when this browser cannot open it.
async function shrunk(file) {
  const address = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    return grey(image, image.naturalWidth, image.naturalHeight, 1600).toDataURL("image/jpeg", 0.8);
  } catch (_unknown) {
    return null;
  } finally {
    URL.revokeObjectURL(address);
  }
}
