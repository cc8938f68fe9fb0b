"""The media relay's place in a call, and the headers that pass through us."""

import KSR

from naisen.edge.identity import FOREIGN_HEADERS, may_hold_foreign
from naisen.edge.kemi.message import text
from naisen.edge.kemi.transport import Transport

MEDIA = "replace-origin replace-session-connection ICE=remove"
NAMES = " replace-username replace-session-name"  # a phone's o= and s= lines may hold its login
END_MEDIA = "delete-delay=0"
HAS_MEDIA = "$avp(media)"  # set on transactions whose answers had SDP


class Media(Transport):
    """Puts rtpengine into the path of sound and picture, and takes it out again."""

    def clean(self) -> None:
        """Take off what no phone may say to another."""
        try:
            is_clean = not may_hold_foreign(str(KSR.pv.get("$mb")))
        except UnicodeDecodeError:
            is_clean = False
        if not is_clean:  # the expression is compiled anew each time, which takes longer than all the rest
            KSR.textops.remove_hf_re(FOREIGN_HEADERS)

    def relay_media(self, *, hide_names: bool = False) -> bool:
        """Put the relay into the path of the SDP in hand, if there is one; False when it is down."""
        if KSR.textops.has_body_type("application/sdp") < 0:
            return True
        KSR.pv.sets(HAS_MEDIA, "1")
        flags = self.secured_flags() or MEDIA
        return bool(KSR.rtpengine.rtpengine_manage(flags + NAMES if hide_names else flags) > 0)

    def has_media(self) -> bool:
        return KSR.pv.get(HAS_MEDIA) is not None

    def end_media(self) -> None:
        ids = f"call-id={text('$dlg(callid)')} from-tag={text('$dlg(from_tag)')}"
        KSR.rtpengine.rtpengine_delete(f"{END_MEDIA} {ids}")

    def end_media_of_message(self) -> None:
        """Take the relay out of the path of the call that the message in hand belongs to."""
        KSR.rtpengine.rtpengine_delete(END_MEDIA)
