/** The server process: environment, signals, exit code. */
import { type App, buildApp } from './app.ts';
import { type Config, parseConfig } from './config.ts';
import { type Deps, openDeps, startLog } from './deps.ts';

/** A stop that takes longer is cut short, so that a process manager never has to kill. */
const stopWithinMs = 10_000;
const failed = 1;
/** sysexits.h EX_CONFIG */
const badConfig = 78;

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function greet(app: App, config: Config): Promise<void> {
  const origin = app.publicOrigin();
  const host = config.sourcePublicHost ?? new URL(origin).hostname;
  say(`\n  Slipmat listens on   ${origin}`);
  say(`  DJs connect to       ${host} port ${app.sourcePort()}, Icecast 2, mount /<handle>, user source`);
  if (config.publicUrl === undefined && config.host === '127.0.0.1') {
    say(
      '  Only this machine can reach it. For others: HOST=0.0.0.0 and PUBLIC_URL=https://… (docs/operating.md)',
    );
  }
  const token = await app.accounts.offerSetup();
  if (token !== undefined)
    say(`\n  Nobody owns it yet. Open this link once to become its owner:\n  ${origin}/setup#token=${token}`);
  say('');
}

function stopOnSignals(app: App, log: Deps['log']): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => {
      log.error('the stop took too long');
      process.exit(failed);
    }, stopWithinMs).unref();
    app.close().then(
      () => log.info('stopped'),
      (error: unknown) => {
        log.fatal({ err: error }, 'the stop failed');
        process.exitCode = failed;
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

async function run(): Promise<void> {
  const parsed = parseConfig(process.env);
  if (!parsed.ok) {
    say('Slipmat cannot start with these settings:');
    for (const mistake of parsed.mistakes) say(`  ${mistake}`);
    process.exitCode = badConfig;
    return;
  }
  const { config } = parsed;
  const started = startLog(config);
  const { log } = started;
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'unhandled rejection');
    process.exit(failed);
  });
  try {
    const app = await buildApp(config, await openDeps(config, started));
    stopOnSignals(app, log);
    await app.listen();
    await greet(app, config);
  } catch (error) {
    log.fatal({ err: error }, 'not started');
    say(`Slipmat did not start: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(failed);
  }
}

await run();
