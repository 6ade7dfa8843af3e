"""A passkey authenticator in software, for tests without a browser: it creates a key and signs challenges with it."""

from __future__ import annotations

import json
import secrets

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

ORIGIN = "http://localhost"
Flag = AuthenticatorData.FLAG


class VirtualAuthenticator:
    """An authenticator with one passkey. With `checks_who` it verifies the user (face, finger, screen lock) first."""

    def __init__(self, *, origin: str = ORIGIN, rp_id: str = "localhost", checks_who: bool = True) -> None:
        self.origin = origin
        self.rp_id_hash = sha256(rp_id.encode())
        self.flags = Flag.UP | Flag.UV if checks_who else Flag.UP
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = secrets.token_bytes(16)
        self.user_handle = ""

    def make(self, options: str) -> str:
        """Return what a browser sends after `navigator.credentials.create`."""
        asked = json.loads(options)
        self.user_handle = asked["user"]["id"]
        return json.dumps(self.credential(asked["challenge"]))

    def credential(self, challenge: str = "bm9ib2R5IGFza2Vk") -> dict[str, object]:
        public = ES256.from_cryptography_key(self.key.public_key())
        attested = AttestedCredentialData.create(Aaguid.NONE, self.credential_id, public)
        flags = self.flags | Flag.AT
        known = AuthenticatorData.create(self.rp_id_hash, flags, 0, attested)
        return self._answer(
            {
                "clientDataJSON": websafe_encode(self._client_data("webauthn.create", challenge)),
                "attestationObject": websafe_encode(AttestationObject.create("none", known, {})),
            }
        )

    def answer(self, options: str, *, user_handle: str | None = None) -> str:
        """Return what a browser sends after `navigator.credentials.get`."""
        client_data = self._client_data("webauthn.get", json.loads(options)["challenge"])
        known = AuthenticatorData.create(self.rp_id_hash, self.flags, 0)
        signature = self.key.sign(known + client_data.hash, ec.ECDSA(hashes.SHA256()))
        return json.dumps(
            self._answer(
                {
                    "clientDataJSON": websafe_encode(client_data),
                    "authenticatorData": websafe_encode(known),
                    "signature": websafe_encode(signature),
                    "userHandle": self.user_handle if user_handle is None else user_handle,
                }
            )
        )

    def _client_data(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(kind, challenge, self.origin)

    def _answer(self, response: dict[str, str]) -> dict[str, object]:
        raw_id = websafe_encode(self.credential_id)
        return {"id": raw_id, "rawId": raw_id, "type": "public-key", "response": response}
