"""Trains ``imaging/weights/garment.tflite``; needs TensorFlow, which nothing else does.

In an environment of its own with ``pip install tensorflow-cpu`` and this project, run
``python -m tests.training.garment --minutes 30 --out garment.tflite``.
"""

# ruff: noqa: ANN401 (TensorFlow ships no types)

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf  # type: ignore[import-not-found,import-untyped,unused-ignore]

from imaging.garment_network import CHANNELS, GRID, MASK_SIDE_PX, SIDE_PX
from tests.training.garment_pictures import (
    Image,
    Random,
    Sample,
    Source,
    drawn,
    labelled,
    sample,
    training_photographs,
    unlabelled,
)

BATCH, POOL, FRESH = 16, 1600, 5
"""Pictures of a step, pictures kept for reuse, and new ones made a step."""

SIGMA_CELLS = 0.8
layers = tf.keras.layers


def _convolved(x: Any, width: int, *, size: int = 3, step: int = 1, norm: bool = True) -> Any:
    x = layers.Conv2D(width, size, strides=step, padding="same", use_bias=not norm)(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.97)(x) if norm else x)


def _residual(x: Any, width: int) -> Any:
    y = layers.Conv2D(width, 3, padding="same", use_bias=False)(_convolved(x, width))
    y = layers.BatchNormalization(momentum=0.97, gamma_initializer="zeros")(y)
    return layers.ReLU()(layers.Add()([x, y]))


def built() -> Any:
    """An hourglass of 0.7 million weights; a norm at high resolution would double its cost."""
    seen = layers.Input((SIDE_PX, SIDE_PX, 3))
    x = _convolved(layers.Rescaling(1 / 64, -2)(seen), 12, size=5, step=2, norm=False)
    quarter = _convolved(x, 24, step=2, norm=False)
    eighth = _residual(_convolved(quarter, 48, step=2), 48)
    sixteenth = _residual(_convolved(eighth, 72, step=2), 72)
    x = _residual(_convolved(sixteenth, 112, step=2), 112)
    pooled = layers.GlobalAveragePooling2D()(x)
    present = layers.Dense(len(CHANNELS))(pooled)
    x = layers.Add()([x, layers.Reshape((1, 1, 112))(layers.Dense(112, "relu")(pooled))])
    for skip, width in ((sixteenth, 72), (eighth, 56)):
        up = layers.UpSampling2D(2, interpolation="bilinear")(_convolved(x, width, size=1))
        x = _residual(layers.Add()([up, _convolved(skip, width, size=1)]), width)
    up = layers.UpSampling2D(2, interpolation="bilinear")(layers.Conv2D(40, 1)(x))
    x = layers.ReLU()(layers.Add()([up, layers.Conv2D(40, 3, padding="same")(quarter)]))
    x = _convolved(x, 48, norm=False)
    mask = layers.Lambda(lambda z: tf.nn.depth_to_space(z, 2))(layers.Conv2D(4, 1)(x))
    return tf.keras.Model(seen, [layers.Conv2D(len(CHANNELS), 1)(x), mask, present])


def loss(answer: Any, wanted: list[Any]) -> Any:
    """Cross-entropy of where each landmark is, of the mask (with Dice), and of what is there."""
    heat, mask, present = answer
    places, masks, known, has_mask = wanted
    flat = tf.reshape(heat, (tf.shape(heat)[0], -1, len(CHANNELS)))
    target = tf.reshape(places, (tf.shape(heat)[0], -1, len(CHANNELS)))
    each = -tf.reduce_sum(target * tf.nn.log_softmax(flat, axis=1), axis=1)
    place_loss = tf.reduce_sum(each) / tf.maximum(tf.reduce_sum(target), 1)
    small = tf.image.resize(masks, (MASK_SIDE_PX, MASK_SIDE_PX), method="area")
    entropy = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(small, mask), (1, 2, 3))
    share = tf.sigmoid(mask)
    total = tf.reduce_sum(share, (1, 2, 3)) + tf.reduce_sum(small, (1, 2, 3))
    dice = 1 - (2 * tf.reduce_sum(share * small, (1, 2, 3)) + 1) / (total + 1)
    mask_loss = tf.reduce_sum(has_mask * (2 * entropy + dice)) / tf.maximum(
        tf.reduce_sum(has_mask), 1
    )
    asked = tf.cast(known >= 0, tf.float32)
    there = tf.nn.sigmoid_cross_entropy_with_logits(tf.maximum(known, 0), present)
    there_loss = tf.reduce_sum(asked * there) / tf.maximum(tf.reduce_sum(asked), 1)
    return place_loss + 1.5 * mask_loss + 0.3 * there_loss


def stacked(samples: list[Sample]) -> tuple[Any, list[Any]]:
    cells = np.arange(GRID, dtype=np.float32)
    places = []
    for each in samples:
        at = (each.points + 0.5) * GRID / SIDE_PX - 0.5
        inside = (each.known > 0) & (at > -0.5).all(1) & (at < GRID - 0.5).all(1)
        rows = np.exp(-((cells - at[:, 1:]) ** 2) / (2 * SIGMA_CELLS**2))
        cols = np.exp(-((cells - at[:, :1]) ** 2) / (2 * SIGMA_CELLS**2))
        heat = rows[:, :, None] * cols[:, None, :]
        heat /= np.maximum(heat.sum((1, 2), keepdims=True), 1e-6)
        places.append((heat * inside[:, None, None]).transpose(1, 2, 0))
    pictures = np.stack([each.rgb for each in samples]).astype(np.float32)
    return pictures, [
        np.stack(places).astype(np.float32),
        np.stack([each.mask for each in samples])[..., None],
        np.stack([each.known for each in samples]).astype(np.float32),
        np.array([each.has_mask for each in samples], np.float32),
    ]


def chosen(random: Random, kinds: tuple[list[Source], ...], around: list[Image]) -> Sample:
    """Three tenths drawn, two tenths cut out, the rest labelled."""
    kind = kinds[int(random.choice(3, p=(0.3, 0.2, 0.5)))]
    return sample(random, kind[random.integers(len(kind))], around)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--drawn", type=int, default=1200)
    parser.add_argument("--photographs", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=Path("garment.tflite"))
    asked = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    random = np.random.default_rng(0)
    paths = list(random.permutation(np.array(training_photographs()))[: asked.photographs])
    cut, around = unlabelled(paths)
    kinds = (drawn(random, asked.drawn), cut, labelled())
    model, optimiser = built(), tf.keras.optimizers.AdamW(1e-3, weight_decay=1e-4)

    @tf.function  # type: ignore[untyped-decorator]
    def step(pictures: Any, wanted: list[Any]) -> Any:
        with tf.GradientTape() as tape:
            value = loss(model(pictures, training=True), wanted)
        gradients, _ = tf.clip_by_global_norm(tape.gradient(value, model.trainable_variables), 5.0)
        optimiser.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return value

    pool: list[Sample] = []
    started, steps = time.monotonic(), 0
    while (share := (time.monotonic() - started) / (60 * asked.minutes)) < 1:
        optimiser.learning_rate.assign(2e-3 * min(1, (steps + 1) / 100) * np.cos(share * 1.5) ** 2)
        fresh = FRESH if len(pool) >= BATCH else BATCH
        pool += [chosen(random, kinds, around) for _ in range(fresh)]
        pool = pool[-POOL:]
        value = step(*stacked([pool[i] for i in random.integers(0, len(pool), BATCH)]))
        steps += 1
        if steps % 100 == 0:
            print(steps, f"{share:.0%}", float(value), flush=True)  # noqa: T201
    asked.out.write_bytes(exported(model))


def exported(model: Any) -> bytes:
    """Half-precision weights, probabilities instead of logits for mask and presence."""
    seen = layers.Input((SIDE_PX, SIDE_PX, 3), batch_size=1)
    heat, mask, present = model(seen)
    outputs = [heat, layers.Activation("sigmoid")(mask), layers.Activation("sigmoid")(present)]
    converter = tf.lite.TFLiteConverter.from_keras_model(tf.keras.Model(seen, outputs))
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.target_spec.supported_types = [tf.float16]
    return bytes(converter.convert())


if __name__ == "__main__":
    main()
