// Prepares a checkout: installs the packages and fetches Kafka's jars, when they are not there or not the right ones.
// Runs before `npm start`, `npm test` and `npm run check`, under the user's own Node (20 or newer), without packages.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const packagesStamp = join(modules, '.docket-stamp');
const jars = join(modules, '.kafka-libs');
const jarsStamp = join(jars, '.docket-stamp');
const lockFile = join(root, '.docket', 'bootstrap.lock');

const LOCK_POLL_MS = 200;
/** Longer than the slowest fetch: whoever holds the lock for longer is gone, and its pid was given to another process. */
const LOCK_STALE_MS = 20 * 60 * 1000;

class Advice extends Error {}

/** SHA-256 over the files' contents, in hex. */
function hashOf(...names) {
  const hash = createHash('sha256');
  for (const name of names) hash.update(readFileSync(join(root, name))).update('\0');
  return hash.digest('hex');
}

function isStamped(stamp, hash) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === hash;
}

/** Runs a command quietly; its output is shown only when it fails. Throws Advice when it is not installed. */
function run(command, args, ifMissing) {
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (result.error?.code === 'ENOENT') throw new Advice(ifMissing);
  if (result.error) throw result.error;
  return { ok: result.status === 0, output: `${result.stdout}${result.stderr}` };
}

function runOrThrow(command, args, ifMissing, ifFailed) {
  const { ok, output } = run(command, args, ifMissing);
  if (!ok) throw new Advice(`${ifFailed}\n${output.trim().split('\n').slice(-25).join('\n')}`);
}

function installPackages(hash) {
  console.log('bootstrap: installing packages (about 1 GB, half a minute the first time) …');
  rmSync(packagesStamp, { force: true }); // what is interrupted now must be done again
  runOrThrow(
    'npm',
    ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'],
    'npm is not on the PATH. Install Node 20 or newer together with npm.',
    'npm install failed. Check the network and the registry (npm config get registry), then try again.',
  );
  writeFileSync(packagesStamp, `${hash}\n`);
}

function requireJava() {
  const missing =
    'Kafka needs Java 17 or newer, and there is no `java` on the PATH. Install a JDK or JRE (Debian: apt install openjdk-17-jre-headless).';
  const { output } = run('java', ['-version'], missing);
  const version = /version "(?:1\.)?(\d+)/.exec(output)?.[1];
  if (version === undefined) throw new Advice(`\`java -version\` does not tell a version: ${output.trim()}`);
  if (Number(version) < 17) {
    throw new Advice(
      `Kafka needs Java 17 or newer; the \`java\` on the PATH is ${version}. Put a newer one first on the PATH.`,
    );
  }
}

/** Fetched into a folder beside and renamed, so that a folder with jars is always a whole one. */
function fetchJars(hash) {
  requireJava();
  console.log("bootstrap: fetching Kafka's jars with Maven (43 MB) …");
  const fresh = `${jars}.new`;
  rmSync(fresh, { recursive: true, force: true });
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${fresh}`];
  runOrThrow(
    'mvn',
    ['-q', '-B', '-f', join(root, 'stack/kafka/pom.xml'), ...goal],
    'Maven fetches Kafka, and there is no `mvn` on the PATH. Install it (Debian: apt install maven).',
    "Maven could not fetch Kafka's jars. Check the network and Maven's settings.xml (mirror, proxy), then try again.",
  );
  writeFileSync(join(fresh, '.docket-stamp'), `${hash}\n`);
  rmSync(jars, { recursive: true, force: true });
  renameSync(fresh, jars);
}

function requireNode24() {
  const own = Number(process.versions.node.split('.')[0]) >= 24;
  if (own || existsSync(join(modules, '.bin', 'node'))) return;
  throw new Advice(
    `Docket runs on Node 24. For ${process.platform}-${process.arch} npm brings none, and yours is ${process.version}: install Node 24 or newer.`,
  );
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Takes the lock, or says who has it. A lock whose holder is dead is moved aside: only one of several can move it. */
function tryLock() {
  try {
    writeFileSync(lockFile, `${process.pid}\n`, { flag: 'wx' });
    return null;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  try {
    const holder = Number(readFileSync(lockFile, 'utf8'));
    const ageMs = Date.now() - statSync(lockFile).mtimeMs;
    const beingWritten = holder === 0 && ageMs < 2000;
    if (beingWritten || (holder !== 0 && isAlive(holder) && ageMs < LOCK_STALE_MS)) return holder;
    const aside = `${lockFile}.${process.pid}`;
    renameSync(lockFile, aside);
    rmSync(aside, { force: true });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error; // its holder has just given it back
  }
  return tryLock();
}

async function lock() {
  mkdirSync(dirname(lockFile), { recursive: true });
  for (let told = false; ; told = true) {
    const holder = tryLock();
    if (holder === null) return;
    if (!told) console.log(`bootstrap: waiting for another bootstrap (pid ${holder}) …`);
    await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
  }
}

async function main() {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new Advice(`Docket needs Node 20 or newer to begin with; this is ${process.version}.`);
  }
  const packagesHash = hashOf('package.json', 'package-lock.json');
  const jarsHash = hashOf('stack/kafka/pom.xml');
  const isDone = () => isStamped(packagesStamp, packagesHash) && isStamped(jarsStamp, jarsHash);
  if (!isDone()) {
    await lock();
    try {
      if (!isStamped(packagesStamp, packagesHash)) installPackages(packagesHash);
      if (!isStamped(jarsStamp, jarsHash)) fetchJars(jarsHash);
    } finally {
      rmSync(lockFile, { force: true });
    }
  }
  requireNode24();
}

process.once('SIGINT', () => {
  if (existsSync(lockFile) && Number(readFileSync(lockFile, 'utf8')) === process.pid)
    rmSync(lockFile, { force: true });
  process.exit(130);
});

try {
  await main();
} catch (error) {
  console.error(error instanceof Advice ? `bootstrap: ${error.message}` : error);
  process.exit(1);
}
