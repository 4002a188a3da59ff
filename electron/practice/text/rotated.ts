/** The log of the days before, as logrotate leaves it: packed, with the day in its name (`dateext`, CentOS 7). */
import { isoDay, syslogTime } from "./kernel.ts";

const dayMs = 86_400_000;

/** Where yesterday's rotation put it. */
export const rotatedPath = (now: number) => `/var/log/messages-${isoDay(now).replaceAll("-", "")}.gz`;

/** A quiet day: what `cron.hourly` makes systemd note, each hour. */
export function rotatedMessages(name: string, now: number): string {
  const midnight = Math.floor(now / dayMs) * dayMs;
  const lines = Array.from({ length: 24 }, (_, hour) => {
    const at = midnight - dayMs + hour * 3_600_000 + 61_000;
    return `${syslogTime(at)} ${name} systemd: Started Session ${hour + 11} of user root.\n`;
  });
  return gzipped(lines.join(""));
}

/** A gzip member of one stored block (RFC 1951, 3.2.4; RFC 1952): what packs nothing needs no packer. Up to 64 KiB. */
function gzipped(bytes: string): string {
  const two = (value: number) => String.fromCharCode(value & 255, (value >> 8) & 255);
  const four = (value: number) => two(value & 0xffff) + two(value >>> 16);
  const size = bytes.length;
  return `\x1f\x8b\x08\0\0\0\0\0\0\x03\x01${two(size)}${two(~size)}${bytes}${four(crc32(bytes))}${four(size)}`;
}

function crc32(bytes: string): number {
  let crc = ~0;
  for (let at = 0; at < bytes.length; at += 1) {
    crc ^= bytes.charCodeAt(at);
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
