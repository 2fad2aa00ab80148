"""The half of the Spark backend that runs on Spark's executors, shipped with the task workers' own sources."""
