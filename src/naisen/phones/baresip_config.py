"""The configuration file and the account line of one baresip process (pure text, no I/O)."""

from dataclasses import dataclass
from pathlib import Path

from naisen.phones.account import Account, ServerAddress

# Where Debian puts the modules, by machine type; the first folder that exists wins.
MODULE_FOLDERS = (Path("/usr/lib/baresip/modules"), Path("/usr/local/lib/baresip/modules"))


@dataclass(frozen=True)
class PhoneSettings:
    """How one phone runs.

    `sip_port` and `sip_port + 1` are listened on (baresip takes the second for TLS), `control_port` is the
    loopback port of its control protocol, `tone_hz` the sound it speaks with, `recordings` the folder for what
    it hears (None: nothing is recorded), `max_calls` how many calls it takes at once before it is busy,
    `secured` whether it speaks SRTP.
    """

    local_address: str
    sip_port: int
    control_port: int
    tone_hz: int
    recordings: Path | None = None
    max_calls: int = 2
    secured: bool = False


def render_config(settings: PhoneSettings, module_folder: Path) -> str:
    """The text of baresip's `config` file: G.711 only, a sine as microphone.

    No audio player is loaded: baresip decodes without one, and the sndfile filter writes what was heard to
    `recordings/dump-TIME-dec.wav` (8,000 Hz, 16 bit, mono). ausine works at 48,000 Hz stereo only.
    The media ports lie above those that an instance's relay takes.
    """
    srtp = "module srtp.so\n" if settings.secured else ""
    recorder = f"module sndfile.so\nsnd_path {settings.recordings}\n" if settings.recordings else ""
    return f"""\
poll_method epoll
sip_listen {settings.local_address}:{settings.sip_port}
net_interface {settings.local_address}
call_max_calls {settings.max_calls}
audio_source ausine,{settings.tone_hz}
ausrc_srate 48000
ausrc_channels 2
rtp_ports 33000-48999
rtp_timeout 60
statmode_default off
ringback_disabled yes
menu_bell no
ctrl_tcp_listen 127.0.0.1:{settings.control_port}
module_path {module_folder}
module g711.so
{srtp}module ausine.so
{recorder}module_tmp uuid.so
module_app menu.so
module_app ctrl_tcp.so
"""


def account_line(account: Account, server: ServerAddress, expiry_s: int) -> str:
    """The account as baresip's `uanew` command takes it; all requests go through `server` (RFC 3261, 8.1.2)."""
    # On TLS the keys of the sound travel in the SDP (SDES, RFC 4568), and no call goes without.
    secured = ";mediaenc=srtp-mand" if server.transport == "tls" else ""
    return (
        f"<{account.address_of_record};transport={server.transport}>;auth_pass={account.password};regint={expiry_s}"
        f';outbound="sip:{server};transport={server.transport}";audio_codecs=PCMU,PCMA;answermode=manual{secured}'
    )
