"""Makes the calls of each case with the official SDK for Python.

A case is a line of standard input, and the outcome of each of its calls a line of standard output. The
parts of a line are separated by tabs; tests/conformance/src/case.rs describes them.
"""

import json
import os
import sys
import time

from tencentcloud.cdn.v20180606.cdn_client import CdnClient
from tencentcloud.cdn.v20180606.models import PurgePathCacheRequest, PurgeUrlsCacheRequest
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.teo.v20220901.models import CreatePurgeTaskRequest
from tencentcloud.teo.v20220901.teo_client import TeoClient

clock = time.time


def filled(request, parameters):
    request.from_json_string(json.dumps(parameters))
    return request


def calls(case, parameters):
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
    cdn = CdnClient(credential, "", profile)
    teo = TeoClient(credential, "", profile)
    # The product was retired, and no current package has this action.
    ecdn = CommonClient("ecdn", "2019-10-12", credential, "", profile)

    task = parameters["DescribePurgeTasks"]["TaskId"]

    def purge_urls_cache(given):
        nonlocal task
        task = cdn.PurgeUrlsCache(filled(PurgeUrlsCacheRequest(), given)).TaskId
        return task

    def describe_purge_tasks(given):
        response = ecdn.call_json("DescribePurgeTasks", {**given, "TaskId": task})
        return " ".join(log["Url"] for log in response["Response"]["PurgeLogs"])

    return {
        "PurgeUrlsCache": purge_urls_cache,
        "PurgePathCache": lambda given: cdn.PurgePathCache(filled(PurgePathCacheRequest(), given)).TaskId,
        "CreatePurgeTask": lambda given: teo.CreatePurgeTask(filled(CreatePurgeTaskRequest(), given)).JobId,
        "DescribePurgeTasks": describe_purge_tasks,
    }


def outcome(call, given):
    try:
        return "answered", call(given), ""
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
        for action, call in calls(case, parameters).items():
            parts = [case["name"], action, *outcome(call, parameters[action])]
            print("\t".join(str(part).replace("\t", " ").replace("\n", " ") for part in parts), flush=True)


main()
