"""Reads lines of an event log with Spark's own reader, and prints each as Spark writes it again."""

from __future__ import annotations

import sys

from pyspark.java_gateway import launch_gateway

gateway = launch_gateway()
protocol = gateway.jvm.org.apache.spark.util.JsonProtocol
for line in sys.stdin:
    print(protocol.sparkEventToJsonString(protocol.sparkEventFromJson(line)))
gateway.shutdown()
