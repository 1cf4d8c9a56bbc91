"""The kernel provisioner `engagement-warm`: the worker's standby becomes the kernel.

jupyter_client finds it by the entry point group `jupyter_client.kernel_provisioners`. Only the suite's own
kernel asks for it by name, so that Jupyter's kernels are started as ever. Where no process stands by, it is
jupyter_client's local provisioner and starts a fresh kernel.
"""

import os
from importlib.metadata import EntryPoint
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from engagement_utils.suite.execution.warm.standby import Standby

NAME = "engagement-warm"


class WarmProvisioner(LocalProvisioner):
    """Kernels out of a process that has imported what the notebook imports."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Let the standby become the kernel that `cmd` names, or start one."""
        standby = Standby.take()
        if standby is None:
            return await super().launch_kernel(cmd, **kwargs)
        environment = {**kwargs.get("env", os.environ), "JPY_PARENT_PID": str(os.getpid())}
        self.process = standby.become(cmd, environment)  # type: ignore[assignment]
        self.pid = self.pgid = standby.process.pid
        return self.connection_info


def register() -> None:
    """Make the provisioner known also where the package runs without being installed."""
    known = KernelProvisionerFactory.instance().provisioners
    if NAME not in known:
        value = f"{WarmProvisioner.__module__}:{WarmProvisioner.__name__}"
        known[NAME] = EntryPoint(NAME, value, KernelProvisionerFactory.GROUP_NAME)
