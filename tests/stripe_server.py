"""A stand-in for Stripe on 127.0.0.1: PaymentIntents and Refunds in the shapes of its reference.

Like Stripe it remembers idempotency keys: the same key gets the same answer, and the same key with
other parameters is refused. What was not begun, such as a request of a wrong key, it forgets.
"""

import itertools
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

SECRET_KEY = "sk_test_of_nobody"  # noqa: S105 (of nobody)
PAYS, NEEDS_AUTHENTICATION = "pm_card_visa", "pm_card_authenticationRequired"
DECLINES = {
    "pm_card_visa_chargeDeclined": ("card_declined", "generic_decline"),
    "pm_card_visa_chargeDeclinedInsufficientFunds": ("card_declined", "insufficient_funds"),
    "pm_card_visa_chargeDeclinedLostCard": ("card_declined", "lost_card"),
    "pm_card_chargeDeclinedExpiredCard": ("expired_card", "expired_card"),
    "pm_card_chargeDeclinedIncorrectCvc": ("incorrect_cvc", "incorrect_cvc"),
    "pm_card_chargeDeclinedProcessingError": ("processing_error", None),
    "pm_card_authenticationRequiredAtOnce": ("card_declined", "authentication_required"),
}
"""Stripe's test cards that decline, with code and decline code; the last one is ours."""

Json: TypeAlias = dict[str, Any]
Answer: TypeAlias = tuple[int, Json]


def _error(status: int, type_: str, message: str, **more: object) -> Answer:
    told = {key: value for key, value in more.items() if value is not None}
    return status, {"error": {"type": type_, "message": message, **told}}


def _unexpected(intent: Json, doing: str) -> Answer:
    return _error(
        400,
        "invalid_request_error",
        f"This PaymentIntent could not be {doing} because it has a status of {intent['status']}.",
        code="payment_intent_unexpected_state",
        payment_intent=intent,
    )


@dataclass
class StripeServer:
    """What Stripe has on record, what it was asked, and the mishaps a test has in mind for it."""

    url: str = ""
    intents: dict[str, Json] = field(default_factory=dict)
    refunds: list[Json] = field(default_factory=list)
    acts: list[str] = field(default_factory=list)  # what was really done, repetitions left out
    requests: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)  # statuses of the next answers; nothing done
    answers_to_lose: int = 0  # of the next acts: done, but nobody hears of it
    is_silent: bool = False  # takes requests and never answers
    _remembered: dict[str, tuple[str, dict[str, str], Answer]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    closing: threading.Event = field(default_factory=threading.Event)

    def forget_keys(self) -> None:
        """A day goes by."""
        self._remembered.clear()

    def answer(
        self, method: str, path: str, headers: dict[str, str], params: dict[str, str]
    ) -> Answer | None:
        """Answer a request, or None when the line is cut before the answer."""
        with self._lock:
            self.requests.append((f"{method} {path}", headers, params))
            if self.failures:
                status = self.failures.pop(0)
                return _error(status, "api_error", "Something is wrong on our side.")
            if headers.get("authorization") != f"Bearer {SECRET_KEY}":
                return _error(
                    401, "invalid_request_error", "Invalid API Key provided: sk_test_****body"
                )
            if method == "GET":
                return self._list(path, params)
            answer = self._once(path, headers.get("idempotency-key"), params)
            if self.answers_to_lose:
                self.answers_to_lose -= 1
                return None
            return answer

    def _once(self, path: str, key: str | None, params: dict[str, str]) -> Answer:
        if key is None:
            return self._act(path, params)
        if key not in self._remembered:
            self._remembered[key] = (path, params, self._act(path, params))
        path_before, params_before, answer = self._remembered[key]
        if (path, params) != (path_before, params_before):
            return _error(
                400,
                "idempotency_error",
                f"Keys for idempotent requests can only be used with the same parameters: {key}",
            )
        return answer

    def _act(self, path: str, params: dict[str, str]) -> Answer:
        match path.removeprefix("/v1/").split("/"):
            case ["payment_intents"]:
                return self._create(params)
            case ["payment_intents", id_, "capture"] if id_ in self.intents:
                return self._capture(self.intents[id_])
            case ["payment_intents", id_, "cancel"] if id_ in self.intents:
                return self._cancel(self.intents[id_])
            case ["refunds"] if params["payment_intent"] in self.intents:
                return self._refund(self.intents[params["payment_intent"]], params)
            case _:
                return _error(
                    404, "invalid_request_error", "No such payment_intent", code="resource_missing"
                )

    def _create(self, params: dict[str, str]) -> Answer:
        card, amount = params["payment_method"], int(params["amount"])
        if not card.startswith("pm_card_"):
            return _error(
                400,
                "invalid_request_error",
                f"No such PaymentMethod: '{card}'",
                code="resource_missing",
                param="payment_method",
            )
        if amount < 50:
            return _error(
                400,
                "invalid_request_error",
                "Amount must be at least €0.50 eur",
                code="amount_too_small",
                param="amount",
            )
        if len(params["currency"]) != 3 or params["currency"] == "xxx":
            return _error(400, "invalid_request_error", "Invalid currency: xxx", param="currency")
        intent: Json = {
            "id": f"pi_{next(self._numbers):024}",
            "object": "payment_intent",
            "amount": amount,
            "amount_capturable": amount,
            "amount_received": 0,
            "capture_method": params["capture_method"],
            "currency": params["currency"],
            "livemode": False,
            "metadata": {"purchase_id": params["metadata[purchase_id]"]},
            "next_action": None,
            "payment_method": card,
            "status": "requires_capture",
        }
        self.intents[intent["id"]] = intent
        if card in DECLINES:
            code, decline_code = DECLINES[card]
            intent |= {"status": "requires_payment_method", "amount_capturable": 0}
            return _error(
                402,
                "card_error",
                f"Your card was declined ({code}).",
                code=code,
                decline_code=decline_code,
                payment_intent=dict(intent),
            )
        if card == NEEDS_AUTHENTICATION:
            intent |= {
                "status": "requires_action",
                "amount_capturable": 0,
                "next_action": {"type": "use_stripe_sdk", "use_stripe_sdk": {}},
            }
        else:
            self.acts.append("hold")
        return 200, dict(intent)

    def _capture(self, intent: Json) -> Answer:
        if intent["status"] != "requires_capture":
            return _unexpected(intent, "captured")
        intent |= {
            "status": "succeeded",
            "amount_capturable": 0,
            "amount_received": intent["amount"],
        }
        self.acts.append("capture")
        return 200, dict(intent)

    def _cancel(self, intent: Json) -> Answer:
        if intent["status"] in {"succeeded", "canceled"}:
            return _unexpected(intent, "canceled")
        intent |= {"status": "canceled", "amount_capturable": 0}
        self.acts.append("cancel")
        return 200, dict(intent)

    def _refund(self, intent: Json, params: dict[str, str]) -> Answer:
        left = intent["amount_received"] - self.refunded(intent["id"])
        amount = int(params["amount"])
        if left == 0:
            return _error(
                400,
                "invalid_request_error",
                "Charge has already been refunded.",
                code="charge_already_refunded",
            )
        if amount > left:
            return _error(
                400,
                "invalid_request_error",
                f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
                param="amount",
            )
        refund: Json = {
            "id": f"re_{next(self._numbers):024}",
            "object": "refund",
            "amount": amount,
            "currency": intent["currency"],
            "metadata": {
                key.removeprefix("metadata[").removesuffix("]"): value
                for key, value in params.items()
                if key.startswith("metadata[")
            },
            "payment_intent": intent["id"],
            "reason": None,
            "status": "succeeded",
        }
        self.refunds.insert(0, refund)  # the newest comes first, as in Stripe's lists
        self.acts.append("refund")
        return 200, dict(refund)

    def _list(self, path: str, params: dict[str, str]) -> Answer:
        assert path == "/v1/refunds"
        intent = params["payment_intent"]
        if intent not in self.intents:
            return _error(
                404, "invalid_request_error", "No such payment_intent", code="resource_missing"
            )
        found = [refund for refund in self.refunds if refund["payment_intent"] == intent]
        return 200, {"object": "list", "url": path, "has_more": False, "data": found}

    def refunded(self, intent: str) -> int:
        """How much of a payment was given back."""
        return sum(one["amount"] for one in self.refunds if one["payment_intent"] == intent)


def _handler(server: StripeServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["content-length"])).decode())

        def _answer(self, sent: str) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            if server.is_silent:
                server.closing.wait()
                return
            params = dict(parse_qsl(sent, keep_blank_values=True))
            answer = server.answer(self.command, urlsplit(self.path).path, headers, params)
            if answer is None:
                return
            status, body = answer
            encoded = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(encoded)))
            self.send_header("Request-Id", "req_of_nobody")
            self.end_headers()
            self.wfile.write(encoded)

        log_message: Callable[..., None] = staticmethod(lambda *_: None)

    return Handler


@contextmanager
def stripe_server() -> Iterator[StripeServer]:
    """Serve on a free port until the context ends."""
    server = StripeServer()
    listening = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    server.url = f"http://127.0.0.1:{listening.server_port}"
    serving = threading.Thread(target=listening.serve_forever, args=(0.05,))
    serving.start()
    try:
        yield server
    finally:
        server.closing.set()
        listening.shutdown()
        serving.join()
        listening.server_close()
