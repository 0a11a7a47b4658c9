#include <opencv2/core.hpp>
extern "C" __attribute__((visibility("default"))) int segtrain_image_abi() { return 1; }
