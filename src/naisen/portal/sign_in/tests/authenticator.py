"""A passkey authenticator in software, as a browser shows it to a page (WebAuthn level 3, JSON form)."""

import json
import os
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG = AuthenticatorData.FLAG


class Authenticator:
    """One passkey. `origin` is where the browser says it is."""

    def __init__(self, origin: str = "http://localhost") -> None:
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = os.urandom(16)
        self.count = 0
        self.verifies = True

    def create(self, options: dict[str, Any]) -> str:
        """The answer to navigator.credentials.create."""
        client = CollectedClientData.create("webauthn.create", options["challenge"], self.origin)
        public = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]
        data = AttestedCredentialData.create(b"\0" * 16, self.credential_id, public)
        made = AuthenticatorData.create(
            sha256(options["rp"]["id"].encode()), self._flags() | FLAG.AT, self.count, data
        )
        attestation = AttestationObject.create("none", made, {})
        return self._answer(client, attestationObject=websafe_encode(bytes(attestation)), transports=[])

    def use(self, options: dict[str, Any]) -> str:
        """The answer to navigator.credentials.get."""
        self.count += 1
        client = CollectedClientData.create("webauthn.get", options["challenge"], self.origin)
        data = AuthenticatorData.create(sha256(options["rpId"].encode()), self._flags(), self.count)
        signature = self.key.sign(bytes(data) + client.hash, ec.ECDSA(hashes.SHA256()))
        return self._answer(
            client, authenticatorData=websafe_encode(bytes(data)), signature=websafe_encode(signature)
        )

    def _flags(self) -> AuthenticatorData.FLAG:
        return FLAG.UP | FLAG.UV if self.verifies else FLAG.UP

    def _answer(self, client: CollectedClientData, **response: Any) -> str:
        identifier = websafe_encode(self.credential_id)
        response["clientDataJSON"] = websafe_encode(bytes(client))
        return json.dumps(
            {
                "id": identifier,
                "rawId": identifier,
                "type": "public-key",
                "response": response,
                "clientExtensionResults": {},
            }
        )
