const HEIC = /\.hei[cf]$/i; // some browsers name no type for them
const SIDE = 2000; // pixels that a photo has at most

// reduced is a photo as it is sent: upright, of a size that can be read and no more. What cannot be decoded here (HEIC
// outside of Apple's browsers) goes as it is.
const reduced = async (file) => {
  const heic = HEIC.test(file.name) || /hei[cf]/.test(file.type);
  if (!heic && !file.type.startsWith('image/')) return file;
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    return file;
  }
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  if (scale === 1 && !heic && file.size < 1e6) return file;
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#fff'; // JPEG knows no transparency
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const small = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.85));
  if (!small || (!heic && small.size >= file.size)) return file;
  return new File([small], `${file.name.replace(/\.\w+$/, '')}.jpg`, { type: 'image/jpeg' });
};
