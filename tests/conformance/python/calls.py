"""Makes the calls of each case with the official SDK for Python.

A case is a line of standard input, and the outcome of each of its calls a line of standard output. The
parts of a line are separated by tabs; tests/conformance/src/case.rs describes them.
"""

import json
import os
import sys
import time

from tencentcloud.cdn.v20180606 import models as cdn_models
from tencentcloud.cdn.v20180606.cdn_client import CdnClient
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.teo.v20220901 import models as teo_models
from tencentcloud.teo.v20220901.teo_client import TeoClient

sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from steps import contents

clock = time.time


def sender(case):
    """Returns the function that sends a request of the case."""
    # After the name of the signature: a variation of the call.
    signature, _, variation = case["signature"].partition(" ")
    transport = {"protocol": "http"}
    if variation == "tls":
        transport = {"protocol": "https", "certification": os.environ["NODE_EXTRA_CA_CERTS"]}
    profile = ClientProfile(
        signMethod=signature,
        httpProfile=HttpProfile(endpoint=case["address"], reqMethod=case["method"], **transport),
    )
    profile.unsignedPayload = variation == "unsigned"
    credential = Credential(case["secret id"], case["secret key"], case["token"] or None)
    clients = {
        "cdn": (CdnClient(credential, "", profile), cdn_models),
        "teo": (TeoClient(credential, "", profile), teo_models),
    }
    # The product was retired, and no current package has this action.
    ecdn = CommonClient("ecdn", "2019-10-12", credential, "", profile)

    def send(action, given):
        service, _, name = action.partition(".")
        if service == "ecdn":
            return ecdn.call_json(name, given)["Response"]
        client, models = clients[service]
        request = getattr(models, name + "Request")()
        request.from_json_string(json.dumps(given))
        return json.loads(getattr(client, name)(request).to_json_string())

    return send


def outcome(send, parameters, ids, action):
    try:
        return "answered", contents(send, parameters, ids, action), ""
    except TencentCloudSDKException as error:
        return "refused", type(error).__name__, error.get_code(), error.get_message()
    except Exception as error:
        return "failed", type(error).__name__, "", str(error)


def main():
    names = ["name", "address", "secret id", "secret key", "token", "signature", "method", "clock error"]
    with open(sys.argv[1], encoding="utf-8") as file:
        parameters = json.load(file)
    for line in sys.stdin:
        case = dict(zip(names, line.rstrip("\n").split("\t")))
        time.time = lambda: clock() + int(case["clock error"])
        send, ids = sender(case), {}
        for action in sys.argv[2:]:
            parts = [case["name"], action, *outcome(send, parameters, ids, action)]
            print("\t".join(str(part).replace("\t", " ").replace("\n", " ") for part in parts), flush=True)


main()
