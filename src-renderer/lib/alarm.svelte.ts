/** Heard and seen beyond the window's own screen: a sound, and a desktop notice where the browser may show one. */

type Tone = readonly [frequency: number, begin: number];

/** Two falling tones, three times: short, and like nothing else in an office. Hertz and seconds. */
const tones: readonly Tone[] = [0, 0.7, 1.4].flatMap((begin): Tone[] => [
  [880, begin],
  [660, begin + 0.22],
]);
const toneSeconds = 0.2;
const loudness = 0.25;

const storageKey = 'usumaku.alarm';
const read = (): boolean => globalThis.localStorage?.getItem(storageKey) !== 'off';

class Alarm {
  /** Whether it sounds here. Kept for this device. */
  sounds = $state(read());
  notices = $state(globalThis.Notification?.permission ?? 'denied');
  #audio: AudioContext | undefined;

  choose(sounds: boolean): void {
    this.sounds = sounds;
    localStorage.setItem(storageKey, sounds ? 'on' : 'off');
  }

  /** Browsers let a page sound only once somebody has touched it: from the first touch on it is ready. @returns what ends the waiting */
  prepare(): () => void {
    const wake = (): void => void this.#context()?.resume();
    const touches = ['pointerdown', 'keydown'] as const;
    for (const each of touches) addEventListener(each, wake, { once: true });
    return () => {
      for (const each of touches) removeEventListener(each, wake);
    };
  }

  /** Where nobody has touched the window yet, it stays silent: the banner and the notice tell all the same. */
  ring(): void {
    const audio = this.sounds ? this.#context() : undefined;
    if (!audio) return;
    void audio.resume();
    for (const [frequency, begin] of tones) play(audio, frequency, audio.currentTime + begin);
  }

  /** Asks the reader's browser, which asks the reader. */
  async allowNotices(): Promise<void> {
    this.notices = await Notification.requestPermission();
  }

  /** @param tag of several windows that say the same, the newest alone is shown */
  notify(title: string, text: string, tag: string): void {
    if (this.notices !== 'granted') return;
    const notice = new Notification(title, { body: text, tag, requireInteraction: true });
    notice.addEventListener('click', () => {
      focus();
      notice.close();
    });
  }

  #context(): AudioContext | undefined {
    if (this.#audio === undefined && 'AudioContext' in globalThis) this.#audio = new AudioContext();
    return this.#audio;
  }
}

function play(audio: AudioContext, frequency: number, at: number): void {
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = frequency;
  // Swelling and fading, so that it does not click.
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(loudness, at + 0.02);
  volume.gain.linearRampToValueAtTime(0, at + toneSeconds);
  tone.connect(volume).connect(audio.destination);
  tone.start(at);
  tone.stop(at + toneSeconds);
}

export const alarm = new Alarm();
