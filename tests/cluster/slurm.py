# SPDX-License-Identifier: BSD-3-Clause
"""Slurm on the hosts of a cluster: munge and slurmd on each, slurmctld on the first."""
import signal

from hosts import Cluster, send, until
from installed import DEADLINE

# No cgroups, no database, and processors as many as are wished: the hosts have one machine's.
CONF = """ClusterName=sidestep
SlurmctldHost=node1
SlurmUser=root
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=5
SlurmctldDebug=error
SlurmdDebug=error
StateSaveLocation=/run/slurmctld
SlurmdSpoolDir=/run/slurmd
SlurmctldPidFile=/run/slurmctld.pid
SlurmdPidFile=/run/slurmd.pid
NodeName=node[1-{count}] CPUs=8 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES
"""


class SlurmCluster(Cluster):
    """Jobs are started on the first host."""

    def __init__(self, count):
        super().__init__(count)
        log = self.enter_context(open(self.folder / "slurm.log", "w", encoding="utf-8"))  # for people who look for why
        for host in self.hosts:
            host.works("install", "-d", "-m", "755", "/run/munge")
            host.works("munged", "--key-file", self.folder / "munge.key", "--log-file", "/run/munge/log",
                       "--seed-file", "/run/munge/seed", "--num-threads", 1)
        self.services = [self.hosts[0].start("slurmctld-wlm", "-D", stderr=log)]
        for host in self.hosts:
            self.services.append(host.start("slurmd-wlm", "-D", "-d", "/usr/sbin/slurmstepd-wlm", stderr=log))
        self.callback(self.end_services)
        until(lambda: self.hosts[0].run("sinfo", "-h", "-t", "idle", "-o", "%D").stdout.strip() == str(count))

    def end_services(self):
        """Before their hosts, so that none is left in the middle of its work."""
        for service in self.services:
            send(service, signal.SIGTERM)
            service.wait(DEADLINE)

    def write(self, count):
        super().write(count)
        (self.folder / "etc/slurm").mkdir()
        (self.folder / "etc/slurm/slurm.conf").write_text(CONF.format(count=count))
        key = self.folder / "munge.key"
        key.write_bytes(bytes(range(128)))
        key.chmod(0o600)
