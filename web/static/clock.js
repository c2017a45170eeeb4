// The server's time on this device: measured at the middle of a round trip, then counted on without the network.
"use strict";

class ServerClock {
  constructor() {
    this.base = null; // {server, steady, wall, doubt} of the measurement in use
  }

  get isKnown() {
    return this.base !== null;
  }

  // Take a measurement: the request was sent at `sent` (performance.now()), is answered now, and the server
  // read `serverMs` after working on it for `tookMs`. A doubtful measurement does not replace a good one.
  measure(sent, serverMs, tookMs) {
    const steady = performance.now();
    const doubt = Math.max(0, steady - sent - tookMs) / 2;
    const drift = this.base ? (steady - this.base.steady) * 0.0002 : 0;
    if (this.base && !this.slept() && doubt > this.base.doubt + drift + 50) return;
    this.base = { server: serverMs + doubt, steady, wall: Date.now(), doubt };
  }

  // What is known, to be kept beyond this page; only the wall clock goes on meanwhile.
  get kept() {
    return { server: this.now(), wall: Date.now() };
  }

  // Go on from what was kept; the first measurement replaces it.
  restore(kept) {
    const since = Math.max(0, Date.now() - kept.wall);
    this.base = { server: kept.server + since, steady: performance.now(), wall: Date.now(), doubt: 3600000 };
  }

  // The steady clock of some browsers stands still while the device sleeps; the wall clock does not. Where the
  // two disagree the larger one is right, unless somebody set the clock, and then the next measurement mends it.
  now() {
    const steady = performance.now() - this.base.steady;
    const wall = Date.now() - this.base.wall;
    return this.base.server + Math.max(steady, wall);
  }

  slept() {
    return Math.abs(performance.now() - this.base.steady - (Date.now() - this.base.wall)) > 1500;
  }
}
