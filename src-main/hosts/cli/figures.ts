/** Numbers as people read them: bytes, durations, shares. */

/** `1.5 MB`; decimal units, as disks and file managers count. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(count, 1)) / 3)));
  const value = count / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

/** `1:05` minutes and seconds, or `1:02:03`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (part: number) => String(part).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  const rest = `${two(whole % 60)}`;
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`;
}

/** `81.7 %` of a share from 0 to 1. */
export function percent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)} %`;
}

/** `0.4 Wh` or `1.2 kWh`. */
export const wattHours = (value: number): string =>
  value < 1000 ? `${value.toFixed(value < 10 ? 1 : 0)} Wh` : `${(value / 1000).toFixed(1)} kWh`;

/** `0.13` or `279`: billions of operations a second, as fine as they are worth. */
export function gigaflops(value: number): string {
  return value >= 10 ? String(Math.round(value)) : value.toPrecision(2);
}
