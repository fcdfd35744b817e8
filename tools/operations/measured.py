"""Operations of TensorFlow 1.12 that a sweep over models of TensorFlow 2.3 has measured.

Each of them was saved by TensorFlow 2.3.0 within a model, converted, and compared in 1.12.0.
"""

MEASURED = """
Abs Acos Acosh Add AddN AdjustContrastv2 AdjustHue AdjustSaturation All Angle Any ApproximateEqual
ArgMax ArgMin AsString Asin Asinh Atan Atan2 Atanh AvgPool AvgPool3D BatchMatMul BatchToSpaceND
BesselI0e BesselI1e Betainc BiasAdd Bincount Bitcast BitwiseAnd BitwiseOr BitwiseXor BroadcastArgs
BroadcastTo Bucketize Cast Ceil CheckNumerics Cholesky ClipByValue Complex ComplexAbs ConcatV2
Conj Conv2D Conv2DBackpropInput Conv3D Conv3DBackpropInputV2 Cos Cosh CropAndResize Cross Cumprod
Cumsum DataFormatVecPermute DecodeBase64 DecodeRaw DepthToSpace DepthwiseConv2dNative
DepthwiseConv2dNativeBackpropInput Diag DiagPart Digamma Dilation2D Div DivNoNan DynamicPartition
DynamicStitch Elu EncodeBase64 EnsureShape Equal Erf Erfc Exp ExpandDims Expm1 ExtractImagePatches
ExtractVolumePatches FFT FFT2D FFT3D FakeQuantWithMinMaxArgs FakeQuantWithMinMaxVars
FakeQuantWithMinMaxVarsPerChannel Fill Floor FloorDiv FloorMod FractionalAvgPool FractionalMaxPool
GatherNd GatherV2 Greater GreaterEqual HSVToRGB HistogramFixedWidth IFFT IFFT2D IRFFT IRFFT2D
Identity Igamma Igammac Imag InTopKV2 Inv Invert InvertPermutation IsFinite IsInf IsNan L2Loss LRN
LeftShift Less LessEqual Lgamma LinSpace Log Log1p LogMatrixDeterminant LogSoftmax LogicalAnd
LogicalNot LogicalOr LowerBound MatMul MatrixBandPart MatrixDeterminant MatrixDiag MatrixDiagPart
MatrixInverse MatrixLogarithm MatrixSetDiag MatrixSolve MatrixSolveLs MatrixTriangularSolve Max
MaxPool MaxPool3D MaxPoolWithArgmax Maximum Mean Min Minimum MirrorPad Mul Multinomial Neg
NonMaxSuppressionV3 NonMaxSuppressionV4 NotEqual NthElement OneHot OnesLike Pack Pad PadV2
ParallelDynamicStitch Polygamma PopulationCount Pow PreventGradient Prod Qr RFFT RFFT2D RFFT3D
RGBToHSV RandomGamma RandomShuffle RandomStandardNormal RandomUniform RandomUniformInt
QuantizeAndDequantizeV2 Range Real
RealDiv Reciprocal ReduceJoin Relu Relu6 Reshape ResizeArea ResizeBicubic ResizeBilinear
ResizeNearestNeighbor Reverse ReverseSequence ReverseV2 RightShift Rint Roll Round Rsqrt ScatterNd
SegmentMax SegmentMean SegmentMin SegmentProd SegmentSum Select SelfAdjointEigV2 Selu Shape ShapeN
Sigmoid Sign Sin Sinh Size Slice Snapshot Softmax SoftmaxCrossEntropyWithLogits Softplus Softsign
SpaceToBatchND SpaceToDepth SparseSegmentMean SparseSegmentSum SparseToDense Split SplitV Sqrt
Square SquaredDifference Squeeze StatelessRandomNormal StatelessRandomUniform
StatelessTruncatedNormal StaticRegexFullMatch StaticRegexReplace StopGradient StridedSlice
StringJoin StringLength StringStrip StringToHashBucket StringToHashBucketFast
StringToHashBucketStrong StringToNumber Sub Substr Sum Svd Tan Tanh Tile TopKV2 Transpose
TruncateDiv TruncateMod TruncatedNormal UnicodeScript Unique UniqueV2 UniqueWithCounts Unpack
UnravelIndex UnsortedSegmentMax UnsortedSegmentMin UnsortedSegmentProd UnsortedSegmentSum
UpperBound Where Xdivy Xlogy ZerosLike Zeta
"""
