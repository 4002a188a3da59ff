/**
 * Reads what ib_write_bw and ib_send_bw print (perftest, src/perftest_parameters.h: RESULT_FMT and RESULT_FMT_G for the
 * heading, REPORT_FMT and REPORT_FMT_EXT for a row). Without `--report_gbits` a figure counts 2^20 bytes a second; newer
 * releases write MiB for the MB of older ones, and mean the same. Measured by duration there is no peak: 0.00.
 */
import { boundedLines, type Unread, UnreadLines } from "../reading.ts";

export interface PerftestRow {
  readonly line: number;
  readonly messageBytes: number;
  readonly iterations: number;
  /** Gb/s of 10^9 bits; null where none was taken. */
  readonly peakGbps: number | null;
  readonly averageGbps: number;
}

export interface PerftestReading {
  readonly rows: readonly PerftestRow[];
  /** What it said of a failure, in its own words. */
  readonly complaints: readonly { readonly line: number; readonly text: string }[];
  readonly unread: readonly Unread[];
}

/** A run over all sizes prints 23. */
const maxRows = 100;
const maxComplaints = 50;

const heading = /^\s*#bytes\s+#iterations\s+BW peak\[(Gb|MB|MiB)\/sec\]\s+BW average\[(?:Gb|MB|MiB)\/sec\]/;
const row = /^\s*(\d{1,15})\s+(\d{1,15})\s+(\d{1,9}\.\d{1,9})\s+(\d{1,9}\.\d{1,9})(?:\s+\d{1,9}\.\d{1,9})*\s*$/;
const complaint =
  /couldn't|unable to|failed|did not detect|check if driver|can't|cannot|conflicting cpu|invalid|not supported|error|mismatch|refused|timed? ?out|unexpected/i;
/** Frame, addresses of both ends and the settings it repeats. */
const known =
  /^(?:-{20,}|\s*(?:local|remote) address:|\s*(?:GID|LID|ethernet|Dual-port|Number of qps|Connection type|TX depth|RX depth|CQ Moderation|CQE Poll|Mtu|Link type|GID index|Max inline data|rdma_cm QPs|Data ex\. method|Using SRQ|PCIe relax order|ibv_wr\* API|WARNING)|\*+|\*? ?Waiting for client|\s*(?:RDMA_Write|Send|RDMA_Read) (?:Bidirectional )?(?:Post List )?BW Test)/;
const megabyteGbps = (2 ** 20 * 8) / 1e9;

/** Total: never throws, whatever the text. */
export function readPerftest(text: string): PerftestReading {
  const unread = new UnreadLines();
  const rows: PerftestRow[] = [];
  const complaints: { line: number; text: string }[] = [];
  let factor: number | null = null;
  for (const { line, text: content } of boundedLines(text, unread)) {
    const unit = heading.exec(content)?.[1];
    if (unit !== undefined) {
      factor = unit === "Gb" ? 1 : megabyteGbps;
      continue;
    }
    const [, bytes, iterations, peak, average] = row.exec(content) ?? [];
    if (bytes !== undefined && factor !== null) {
      if (rows.length < maxRows) {
        const peakGbps = Number(peak) * factor || null;
        rows.push({
          line,
          messageBytes: Number(bytes),
          iterations: Number(iterations),
          peakGbps,
          averageGbps: Number(average) * factor,
        });
      }
    } else if (!known.test(content)) {
      if (!complaint.test(content)) unread.add(line, content);
      else if (complaints.length < maxComplaints) complaints.push({ line, text: content.trim().slice(0, 200) });
    }
  }
  return { rows, complaints, unread: unread.get() };
}
