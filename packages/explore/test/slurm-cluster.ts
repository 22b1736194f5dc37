// A real Slurm cluster of several nodes on this machine, in a folder of its own: no systemd, no cgroups, own ports.
// Invariant: only processes that this cluster started are ended, by their ids.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

/** What keeps a cluster from being made here; undefined when nothing does. */
export function whyNoSlurm(): string | undefined {
  const tools = ['slurmctld', 'slurmd', 'sbatch', 'squeue', 'munged'];
  const missing = tools.filter((tool) => spawnSync('which', [tool]).status !== 0);
  if (missing.length > 0)
    return `${missing.join(', ')} not installed; \`apt install slurmctld slurmd slurm-client munge\` brings them`;
  return process.getuid?.() === 0 ? undefined : 'its daemons need root';
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class SlurmCluster {
  /** For SLURM_CONF. */
  readonly conf: string;
  readonly #folder: string;
  readonly #nodes: number;

  private constructor(folder: string, nodes: number) {
    this.#folder = folder;
    this.#nodes = nodes;
    this.conf = join(folder, 'slurm.conf');
  }

  /** Starts the daemons; resolves when all nodes are idle. */
  static async start(nodes: number): Promise<SlurmCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'gatewright-slurm-'));
    execFileSync('chmod', ['755', folder]);
    for (const name of ['state', 'log', 'munge']) mkdirSync(join(folder, name));
    const cluster = new SlurmCluster(folder, nodes);
    const munge = join(folder, 'munge');
    writeFileSync(join(munge, 'key'), Buffer.alloc(1024, 'gatewright'), { mode: 0o400 });
    execFileSync('munged', [
      ...[`--key-file=${munge}/key`, `--socket=${munge}/sock`, `--pid-file=${munge}/pid`],
      ...[`--log-file=${munge}/log`, `--seed-file=${munge}/seed`, '--force'],
    ]);
    writeFileSync(cluster.conf, cluster.#configuration());
    cluster.startController();
    for (let n = 1; n <= nodes; n++) cluster.startNode(n);
    for (let attempt = 0; attempt < 120; attempt++) {
      if (cluster.idle() === nodes) return cluster;
      await pause(500);
    }
    throw new Error(`the nodes do not become idle:\n${cluster.#tool('sinfo', []).stdout}`);
  }

  #configuration(): string {
    const [host, base] = [hostname().split('.')[0]!, 20_000 + (process.pid % 20_000)];
    const nodes = Array.from(
      { length: this.#nodes },
      (_, i) =>
        `NodeName=n${i + 1} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${base + 1 + i} CPUs=1 RealMemory=2048 State=UNKNOWN`,
    );
    const s = this.#folder;
    return `ClusterName=gatewright
SlurmctldHost=${host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${s}/munge/sock,cred_expire=5
CredType=cred/munge
SlurmctldPort=${base}
StateSaveLocation=${s}/state
SlurmdSpoolDir=${s}/spool-%n
SlurmctldPidFile=${s}/slurmctld.pid
SlurmdPidFile=${s}/slurmd-%n.pid
SlurmctldLogFile=${s}/log/slurmctld.log
SlurmdLogFile=${s}/log/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0,bf_interval=1
JobRequeue=1
ReturnToService=2
SlurmdTimeout=10
SlurmctldTimeout=30
InactiveLimit=0
KillWait=2
MinJobAge=300
SlurmdParameters=config_overrides
${nodes.join('\n')}
PartitionName=sweep Nodes=n[1-${this.#nodes}] Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
`;
  }

  startController(): void {
    execFileSync('slurmctld', ['-f', this.conf], { stdio: 'ignore' });
  }

  startNode(n: number): void {
    mkdirSync(join(this.#folder, `spool-n${n}`), { recursive: true });
    execFileSync('slurmd', ['-f', this.conf, '-N', `n${n}`], { stdio: 'ignore' });
  }

  #tool(name: string, words: readonly string[]) {
    return spawnSync(name, words, { encoding: 'utf8', env: { ...process.env, SLURM_CONF: this.conf } });
  }

  idle(): number {
    const { stdout } = this.#tool('sinfo', ['-h', '-t', 'idle', '-o', '%D']);
    return Number(stdout.trim() || 0);
  }

  /** Ends the controller without a goodbye. */
  killController(): void {
    process.kill(this.#pid('slurmctld.pid'), 'SIGKILL');
  }

  /** Takes the power from a node: its daemon, its steps and what they run. Returns how many processes that were. */
  killNode(n: number): number {
    const doomed = new Set([this.#pid(`slurmd-n${n}.pid`)]);
    for (const { pid, parent, environment } of processes()) {
      if (
        !environment.includes(`SLURM_CONF=${this.conf}`) ||
        !environment.includes(`SLURMD_NODENAME=n${n}\0`)
      )
        continue;
      doomed.add(pid);
      if (nameOf(parent).startsWith('slurmstepd')) doomed.add(parent);
    }
    for (const pid of doomed) end(pid);
    return doomed.size;
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    this.#tool('scancel', ['--user=root']);
    const files = readdirSync(this.#folder).filter((name) => name.endsWith('.pid'));
    for (const file of [...files, 'munge/pid'])
      if (existsSync(join(this.#folder, file))) end(this.#pid(file), 'SIGTERM');
    await pause(1000);
  }

  #pid(file: string): number {
    return Number(readFileSync(join(this.#folder, file), 'utf8'));
  }
}

function end(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}

const nameOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8');
  } catch {
    return '';
  }
};

function processes(): { pid: number; parent: number; environment: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const environment = readFileSync(`/proc/${name}/environ`, 'utf8');
        const parent = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1]);
        return [{ pid: Number(name), parent, environment }];
      } catch {
        return [];
      }
    });
}
