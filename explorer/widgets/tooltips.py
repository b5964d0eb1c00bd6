"""The texts of tooltips: what each number on screen means; and the names of the losses."""

from lacuna.core.geometry.holes.wording import DRAWN_THERE, HOLE

from .tip import tip

LOG_PRIOR = tip(
    "How often the prior samples here: higher is more often.",
    unit="nats",
    formula="log p(z) = -|z|²/2 - (L/2) log 2π for the standard normal prior",
    source="Kingma & Welling 2014, arXiv:1312.6114",
)
LOG_POSTERIOR = tip(
    "How often the encoder sends a training image here, averaged over all whose codes are known.",
    unit="nats",
    formula="log q(z) = log of the mean of N(z; mean_i, variance_i) over the images i",
    source="Makhzani et al. 2015, arXiv:1511.05644",
)
IN_HOLE = tip(
    f"{HOLE} {DRAWN_THERE}",
    formula="log p(z) - log q(z) above the limit, log 20 at first",
    source="Hoffman & Johnson 2016, ELBO surgery",
)
BEST = tip(
    "What is drawn at the best code that was found for this image, beginning where the encoder "
    "puts it: what is gained is the encoder's error. Click to go there.",
    formula="min over z of |g(z) - x|², by descent: it may be a local one",
    source="Creswell & Bharath 2018, arXiv:1802.05701",
)
DISTANCE = tip(
    "How far the nearest encoded training image is, in latent space.",
    unit="σ, standard deviations of the prior",
    formula="min over i of |z - mean_i|",
)
ELBO = tip(
    "How many nats the model needs for an image it has not seen: lower is better.",
    unit="nats per image, summed over pixels",
    formula="-ELBO = E_q[-log p(x|z)] + KL(q(z|x) || p(z))",
    source="Kingma & Welling 2014, arXiv:1312.6114",
)
ACCURACY = tip(
    "How often the judge names an image it has not seen as the data does.",
    unit="% of images held out",
)
ACCURACY_DECODED = tip(
    "The same on the model's reconstructions: what the judge says of decoded images is only as "
    "good as this.",
    unit="% of images held out",
)
SPACE_DATA = tip("The training points, in the colours of their classes.")
SPACE_DRAWN = tip(
    "1 024 points that the model draws from its prior. Drag among them: the map follows."
)
SPACE_GRID = tip(
    "Where the model takes the lines of a latent grid, every half sigma up to 3; fainter beyond 2."
)
SPACE_SLOPES = tip(
    "Which way a point has to move to seem more real to the critic: what the generator learns by. "
    "Longer is steeper, by the root.",
    formula="the gradient of the critic's number",
    source="Goodfellow et al. 2014, arXiv:1406.2661",
)
CRITIC = tip(
    "How probable the critic finds it that a point here is of the data and not drawn.",
    unit="a probability",
    formula="D = 1 / (1 + exp(-a)), a the critic's log odds; with least squares, a itself",
    source="Goodfellow et al. 2014, arXiv:1406.2661",
)
HEIGHT = tip(
    "The critic's number: higher where it takes points for data. With this loss it is no "
    "probability, so that only its slopes can be compared with anything.",
    source="Arjovsky, Chintala & Bottou 2017, arXiv:1701.07875",
)
BEST_CRITIC = tip(
    "What the best of all critics would say: 1/2 where as much is drawn as the data have.",
    unit="a probability",
    formula="D* = p / (p + q), p the density of the data and q that of the drawings",
    source="Goodfellow et al. 2014, arXiv:1406.2661",
)

TERMS = {  # of a loss, as read beside its curve
    "recon": "reconstruction",
    "kl": "KL to the prior",
    "tc": "total correlation",
    "dip": "covariance of the codes",
    "mmd": "codes unlike the prior",
    "omega": "encoder slope penalty",
    "contraction": "encoder slopes",
    "ratio": "decoder slope penalty",
    "smoothness": "decoder slopes",
    "domain": "reading off the nuisance",
    "guess": "guessing the class",
    "teaching": "naming the labelled images",
    "labels": "naming the labelled images",
    "critic": "critic: tell them apart",
    "generator": "generator: pass for real",
    "encoder": "encoder: find the code again",
    "fooling": "encoder: pass for the prior",
    "gradient penalty": "critic: slopes kept at one",
    "orthonormality": "critic: stretch kept at one",
}
