/** Archives byte by byte, so that they can say what no tool would write. */
import { crc32, deflateRawSync } from "node:zlib";

export interface MadeMember {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** A tar's type flag, of pax(1): `0` file, `1` hard link, `2` symbolic link, `3` and `4` devices, `6` FIFO. */
  readonly type?: string;
  readonly link?: string;
  /** What the header claims, in place of what is there. */
  readonly claims?: number;
}

/** Without the two empty blocks at the end where it is `cut`. */
export function tarOf(members: readonly MadeMember[], cut = false): Buffer {
  const parts = members.flatMap(({ name, content = "", type = "0", link = "", claims }) => {
    const bytes = Buffer.from(content);
    const header = Buffer.alloc(512);
    header.write(name, 0, 100);
    header.write("0000644\0", 100);
    header.write("0000000\0", 108);
    header.write("0000000\0", 116);
    const size = claims ?? bytes.length;
    if (size >= 0) header.write(`${size.toString(8).padStart(11, "0")} `, 124);
    // Beyond octal: two's complement, as GNU tar writes it.
    else header.fill(0xff, 124, 134).writeInt16BE(size, 134);
    header.write("00000000000 ", 136);
    header.write("        ", 148);
    header.write(type, 156);
    header.write(link, 157, 100);
    header.write("ustar\u000000", 257, "latin1");
    const sum = header.reduce((all, byte) => all + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, Buffer.alloc(cut ? 0 : 1024)]);
}

/** `mode` is a Unix one: 0o120777 is a symbolic link. */
export function zipOf(members: readonly (MadeMember & { readonly mode?: number })[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, content = "", claims, mode = 0o100644 } of members) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const rest = Buffer.alloc(26);
    rest.writeUInt16LE(20, 0);
    rest.writeUInt16LE(0x0800, 2);
    rest.writeUInt16LE(8, 4);
    rest.writeUInt16LE(0x21, 8);
    rest.writeUInt32LE(crc32(bytes), 10);
    rest.writeUInt32LE(packed.length, 14);
    rest.writeUInt32LE(claims ?? bytes.length, 18);
    rest.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), rest, Buffer.from(name), packed]);
    const end = Buffer.alloc(14);
    end.writeUInt32LE((mode << 16) >>> 0, 6);
    end.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x03", "latin1"), rest, end, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
