"""Output of `RDD` by Hadoop's formats: text shows keys and values as Java does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, Optional, Tuple

from kindling._runtime.remote import UNSET, Remote, call_effect
from kindling.worker.partition_steps import java_pair

if TYPE_CHECKING:
    from kindling.generated.core import RDD

Conf = Dict[str, str]

_TEXT = ("org.apache.hadoop.mapred.TextOutputFormat", "org.apache.hadoop.mapreduce.lib.output.TextOutputFormat")
_FORMAT_SETTINGS = ("mapred.output.format.class", "mapreduce.job.outputformat.class")


class RDDOutput(Remote):
    """Written by hand for `RDD`."""

    if TYPE_CHECKING:

        def map(self, f: Callable[[Any], Any]) -> RDD[Any]: ...

    def saveAsHadoopFile(  # noqa: PLR0917 - PySpark's order
        self,
        path: str,
        outputFormatClass: str,
        keyClass: Optional[str] = None,
        valueClass: Optional[str] = None,
        keyConverter: Optional[str] = None,
        valueConverter: Optional[str] = None,
        conf: Optional[Conf] = None,
        compressionCodecClass: Optional[str] = None,
    ) -> None:
        """Writes pairs by an output format of Hadoop's older interface: text, or SequenceFiles.

        :param path: a directory that does not exist yet
        :param outputFormatClass: `org.apache.hadoop.mapred.TextOutputFormat` or `…SequenceFileOutputFormat`
        :param keyClass: not needed: it follows from the first pair
        :param valueClass: not needed: it follows from the first pair
        :param keyConverter: none: a class of Java could not run here
        :param valueConverter: none: a class of Java could not run here
        :param conf: settings of Hadoop
        :param compressionCodecClass: of Hadoop, such as `org.apache.hadoop.io.compress.GzipCodec`
        """
        arguments = (
            ("path: string", path),
            ("outputFormatClass: string", outputFormatClass),
            ("keyClass: string", _given(keyClass)),
            ("valueClass: string", _given(valueClass)),
            ("keyConverter: string", _given(keyConverter)),
            ("valueConverter: string", _given(valueConverter)),
            ("conf: map<string,string>", _given(conf)),
            ("compressionCodecClass: string", _given(compressionCodecClass)),
        )
        _save(self, "RDD.saveAsHadoopFile", outputFormatClass, arguments)

    def saveAsNewAPIHadoopFile(  # noqa: PLR0917 - PySpark's order
        self,
        path: str,
        outputFormatClass: str,
        keyClass: Optional[str] = None,
        valueClass: Optional[str] = None,
        keyConverter: Optional[str] = None,
        valueConverter: Optional[str] = None,
        conf: Optional[Conf] = None,
    ) -> None:
        """Writes pairs by an output format of Hadoop's newer interface: text, or SequenceFiles.

        :param path: a directory that does not exist yet
        :param outputFormatClass: `TextOutputFormat` or `SequenceFileOutputFormat` of
            `org.apache.hadoop.mapreduce.lib.output`
        :param keyClass: not needed: it follows from the first pair
        :param valueClass: not needed: it follows from the first pair
        :param keyConverter: none: a class of Java could not run here
        :param valueConverter: none: a class of Java could not run here
        :param conf: settings of Hadoop
        """
        arguments = (
            ("path: string", path),
            ("outputFormatClass: string", outputFormatClass),
            ("keyClass: string", _given(keyClass)),
            ("valueClass: string", _given(valueClass)),
            ("keyConverter: string", _given(keyConverter)),
            ("valueConverter: string", _given(valueConverter)),
            ("conf: map<string,string>", _given(conf)),
        )
        _save(self, "RDD.saveAsNewAPIHadoopFile", outputFormatClass, arguments)

    def saveAsHadoopDataset(
        self, conf: Conf, keyConverter: Optional[str] = None, valueConverter: Optional[str] = None
    ) -> None:
        """Writes pairs as settings of Hadoop's older interface say: format, directory, compression.

        :param conf: with `mapred.output.format.class` and `mapreduce.output.fileoutputformat.outputdir`
        :param keyConverter: none: a class of Java could not run here
        :param valueConverter: none: a class of Java could not run here
        """
        arguments = _dataset(conf, keyConverter, valueConverter)
        _save(self, "RDD.saveAsHadoopDataset", _format_of(conf), arguments)

    def saveAsNewAPIHadoopDataset(
        self, conf: Conf, keyConverter: Optional[str] = None, valueConverter: Optional[str] = None
    ) -> None:
        """Writes pairs as settings of Hadoop's newer interface say: format, directory, compression.

        :param conf: with `mapreduce.job.outputformat.class` and `mapreduce.output.fileoutputformat.outputdir`
        :param keyConverter: none: a class of Java could not run here
        :param valueConverter: none: a class of Java could not run here
        """
        arguments = _dataset(conf, keyConverter, valueConverter)
        _save(self, "RDD.saveAsNewAPIHadoopDataset", _format_of(conf), arguments)


Arguments = Tuple[Tuple[str, Any], ...]


def _given(value: Any) -> Any:
    return UNSET if value is None else value


def _dataset(conf: Conf, key_converter: Optional[str], value_converter: Optional[str]) -> Arguments:
    return (
        ("conf: map<string,string>", conf),
        ("keyConverter: string", _given(key_converter)),
        ("valueConverter: string", _given(value_converter)),
    )


def _format_of(conf: Conf) -> str:
    return next((conf[name] for name in _FORMAT_SETTINGS if name in conf), _TEXT[0])


def _save(rdd: RDDOutput, method: str, output_format: str, arguments: Arguments) -> None:
    pairs: Remote = rdd.map(java_pair) if output_format in _TEXT else rdd
    call_effect(pairs, method, arguments, awaited=True)
