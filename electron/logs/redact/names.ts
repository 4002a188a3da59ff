/**
 * Owns which words that a place told are names and secrets at all, and where else they are replaced: everywhere, at the
 * borders of words, or only in such places, because they are ordinary words too.
 */
import { standsForItself } from "./address-rules.ts";
import { pseudonymWord, type Stem } from "./pseudonyms.ts";

/** How a word has to stand to be the same word. */
export type Edge = "anywhere" | "distinct" | "apart" | "place";

/** Accounts that every Linux has, or that software brings along: the same everywhere, and in paths (`centos-root`). */
const accounts = new Set(
  "root,daemon,bin,sys,sync,games,man,lp,mail,news,uucp,proxy,www-data,backup,list,irc,gnats,nobody,nogroup,nfsnobody,adm,shutdown,halt,operator,ftp,dbus,messagebus,polkitd,avahi,rpc,rpcuser,ntp,chrony,sshd,tcpdump,postfix,named,apache,nginx,mysql,postgres,munge,slurm,condor,libvirt,qemu,kvm,oprofile,haldaemon,vcsa,saslauth,abrt,tss,unbound,colord,gdm,pulse,rtkit,setroubleshoot,systemd,syslog,wheel,users,disk,tty,audio,video,input,render,dialout,cdrom,floppy,tape,kmem,mem,lock,utmp,staff,shadow,utempter".split(
    ",",
  ),
);

/** What stands where a user's name would. */
const noUsers = new Set(
  "reboot,runlevel,wtmp,btmp,mockbuild,buildd,admin,user,username,none,unknown,null,unset,getty,serial-getty,console-getty,git,by,for,from,the,with,and,not,is,was,on,at,to,in,no,yes,true,false,uid,gid,euid,invalid,illegal,user-runtime-dir,total,kernel,login,password,publickey,opened,closed,dev,me".split(
    ",",
  ),
);

/** What stands where a host's name would: words, and a bus (`mlx5_comp0@pci:0000:06:00.0`). */
const noHosts = new Set(
  "localhost,localdomain,localhost4,localhost6,localdomain4,localdomain6,ip6-localhost,ip6-loopback,ip6-localnet,ip6-allnodes,ip6-allrouters,ip6-mcastprefix,ip6-allhosts,broadcasthost,none,unknown,null,last,kernel,message,any,all,default,not,is,to,the,a,of,on,at,in,for,from,and,or,no,yes,true,false,set,n/a,static,pretty,transient,name,invalid,user,preauth,gateway,_gateway,pci,tty,console,reboot,system,boot,local,lan,home,invalid,example,test,onlink,unix,version".split(
    ",",
  ),
);

/** Names of hosts, users, passwords and communities that are words of every log. */
const ordinary = new Set(
  "node,host,server,switch,master,slave,head,compute,storage,login,admin,user,guest,test,public,private,secret,password,cluster,router,client,worker,main,primary,secondary,backup,manager,monitor,service,network,system,internal,external,default,infiniband,mellanox,linux,windows,support,operator,office,build,data,files,info,error,warning,status,state,start,stop,disabled,enabled,debug,ubuntu,debian,centos,fedora,redhat,rhel,vagrant,docker,ansible,rack,blade,board,memory,processor,changeme,required,sufficient,optional,hewlett-packard,supermicro".split(
    ",",
  ),
);

/** Domains that are nobody's lab: who made the software that writes logs. */
const publicDomain =
  /(?:^|\.)(?:kernel\.org|redhat\.com|centos\.org|fedoraproject\.org|rockylinux\.org|almalinux\.org|debian\.org|ubuntu\.com|canonical\.com|launchpad\.net|suse\.(?:com|de)|opensuse\.org|oracle\.com|mellanox\.com|nvidia\.com|openfabrics\.org|scalemp\.com|intel\.com|amd\.com|hp\.com|hpe\.com|dell\.com|vmware\.com|broadcom\.com|supermicro\.com|linux\.it|aivazian\.fsnet\.co\.uk|zx2c4\.com|gnu\.org|freedesktop\.org|openssh\.com|libssh\.org|samba\.org|sourceware\.org|github\.com|sourceforge\.net|schedmd\.com|lists\.[\w.]+)$/i;

/** systemd's units, and kernel modules and packages with a version, look like addresses of mail. */
const noMail =
  /\.(?:service|socket|slice|target|mount|automount|timer|device|scope|path|swap|so|ko|rpm|deb|png|js|c|h)$/i;

const noValue =
  /^(?:[*x!.#-]+|\[.*|<.*|\$[({\w].*|%[\w({].*|none|null|nil|n\/a|na|true|false|yes|no|on|off|unset|not|unknown|undefined|enabled|disabled|empty|hidden|redacted|required|requisite|sufficient|optional|include|substack|prohibit-password|without-password|for|from|is|was|has|have|had|in|of|to|and|or|the|a|an|check|changed?|changing|expire[sd]?|expiry|expiration|file|files|auth\w*|prompt\w*|database|update[sd]?|policy|aging|field|entry|will|must|may|cannot|can|incorrect|invalid|accepted|failed|failure|with|by|on|at|set|reset|prompt|type|hash\w*|manager|agent|store|string|strings|name|mode|default|min|max|length|len|\d{1,3})$/i;

const noSerial =
  /^(?:not (?:specified|available|present|provided|applicable)|to be filled.*|none|unknown|n\/a|na|default string|system serial number|chassis serial number|base board serial number|board serial|invalid|no asset (?:tag|information)|asset-?\d*|.*(?:assettag|asset tag|_sernum|sernum)\d*|(.)\1*|0*123456789\w*|8250\S*|port|driver|console|tty\w*|\w{1,2}|0x0+|00000000-.*|03000200-0400-0500-0006-000700080009|on|off|yes|no|true|false|enabled|disabled|empty|oem.*|undefined|null)$/i;

/** A value in which something was replaced before. */
const holdsPseudonym = /(?<![a-z])(?:host|domain|user|serial|key|password|word)-\d/;

/** A name is in the lists in small letters. */
const low = (text: string) => text.toLowerCase();

/** Whether a word in such a place is a name or a secret. */
export function isName(stem: Stem, text: string): boolean {
  const word = low(text);
  if (word.length < 2 || pseudonymWord.test(word) || holdsPseudonym.test(word)) return false;
  if (stem === "hostname")
    return /[a-z_\x80-\xff]/.test(word) && !noHosts.has(word) && !/^(?:0x[0-9a-f]+|tty\w+|pts|v?\d+[a-z]?)$/.test(word);
  if (stem === "domain")
    return (
      /[a-z]/.test(word) &&
      !noHosts.has(word) &&
      !publicDomain.test(word) &&
      !noMail.test(word) &&
      !/^(?:in-addr|ip6)\.arpa$/.test(word)
    );
  if (stem === "user")
    return (
      !accounts.has(word) && !noUsers.has(word) && !/^(?:\d+|\d[\d.,:-]*[a-z]?|systemd-.*|_.*|[.-]+|\(.*)$/.test(word)
    );
  if (stem === "serial") return !noSerial.test(text.trim()) && /\d|[a-z]{6}/.test(word);
  if (stem === "password") return !noValue.test(text) && !/^\/(?:[\w.-]+\/|\w*$)/.test(text);
  return !noValue.test(text);
}

/** What is no secret whoever tells it, also the lab file: such accounts, and a host's address or name of itself. */
export function saysNothing(stem: Stem, text: string): boolean {
  const word = low(text);
  if (stem === "user") return accounts.has(word);
  if (stem !== "hostname") return false;
  return /^(?:localhost[46]?|::1?)$/.test(word) || (/^\d+(?:\.\d+){3}$/.test(word) && standsForItself(word));
}

export const isPublicDomain = (text: string) => publicDomain.test(text);

/** What takes the place of names; nothing is looked for in it. */
const putInstead = "host-domain-user-serial-key-password-word-.invalid-[private key removed]-[password hash removed]";

/** How the word has to stand elsewhere. */
export function edgeOf(stem: Stem, text: string): Edge {
  const word = low(text);
  if (stem === "word") return "anywhere";
  if (ordinary.has(word) || putInstead.includes(word)) return "place";
  if (stem === "hostname" || stem === "domain") {
    if (word.length < 2) return "place";
    return (word.length >= 5 && /\d/.test(word)) || word.length >= 9 ? "distinct" : "apart";
  }
  if (stem === "user") {
    if (word.length < 3) return "place";
    return /\s/.test(word) || word.length >= 9 || (word.length >= 6 && /\d/.test(word)) ? "distinct" : "apart";
  }
  if (stem === "serial" || stem === "key")
    return word.length < 5 || (/^\d+$/.test(word) && word.length < 7)
      ? "place"
      : word.length < 7
        ? "apart"
        : "anywhere";
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(text)).length;
  if (/^\d+$/.test(word)) return word.length >= 8 ? "apart" : "place";
  if (word.length >= 6 && kinds >= 2) return "anywhere";
  return word.length >= 8 ? "anywhere" : "place";
}

const alike = (byte: number) =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
const digit = (byte: number) => byte >= 0x30 && byte <= 0x39;

/** Whether a word with such an edge may stand between these bytes; -1 for none. */
export function standsApart(edge: Edge, first: number, last: number, before: number, after: number): boolean {
  if (edge === "anywhere") return true;
  if (edge === "place") return false;
  if (edge === "apart") return !(alike(first) && alike(before)) && !(alike(last) && alike(after));
  return !(digit(first) && digit(before)) && !(digit(last) && digit(after));
}

/** The ways a text writes the same word: bytes, most usual first. */
export function* waysOf(text: string): Generator<Uint8Array> {
  const utf8 = new TextEncoder();
  const seen = new Set<string>();
  const spelled = new Set([
    text,
    JSON.stringify(text).slice(1, -1),
    JSON.stringify(text).slice(1, -1).replaceAll("/", "\\/"),
    [...text].map((letter) => (letter > "\x7e" ? escaped(letter) : letter)).join(""),
    encodeURIComponent(text.toWellFormed()),
    encodeURIComponent(text.toWellFormed()).replaceAll("%20", "+"),
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
    text
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&#34;")
      .replaceAll("'", "&#39;"),
    text.replaceAll(/[^\w.:/@%+,=-]/g, "\\$&"),
    text.replaceAll("'", "'\\''"),
    // systemd's names of units.
    text.replaceAll("-", "\\x2d"),
  ]);
  if (/[^\0-\x7f]/.test(text))
    for (const way of [text.toLowerCase(), text.toUpperCase(), text.normalize("NFD"), text.normalize("NFC")])
      spelled.add(way);
  for (const way of spelled) {
    const ways = [utf8.encode(way)];
    // Latin-1 and UTF-16; NULs between letters are not seen.
    if (/[^\0-\x7f]/.test(way)) {
      const units = Array.from({ length: way.length }, (_, index) => way.charCodeAt(index));
      if (units.every((unit) => unit < 256)) ways.push(Uint8Array.from(units));
      ways.push(Uint8Array.from(units.flatMap((unit) => [unit & 255, unit >> 8]).filter((byte) => byte !== 0)));
      ways.push(Uint8Array.from(units.flatMap((unit) => [unit >> 8, unit & 255]).filter((byte) => byte !== 0)));
    }
    for (const bytes of ways) {
      const key = bytes.join();
      if (bytes.length < 2 || seen.has(key)) continue;
      seen.add(key);
      yield bytes;
    }
  }
}

const escaped = (letter: string) =>
  Array.from(
    { length: letter.length },
    (_, index) => `\\u${letter.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
